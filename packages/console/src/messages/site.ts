import type { Language } from '../lib/language.ts'

/** What the parts that every page has say. */
export interface SiteMessages {
  readonly skipToContent: string
  readonly pages: string
  readonly console: string
  readonly playground: string
}

/** The texts of {@link SiteMessages} by language. */
export const siteMessages: Readonly<Record<Language, SiteMessages>> = {
  en: {
    skipToContent: 'Skip to content',
    pages: 'Pages',
    console: 'Console',
    playground: 'Playground',
  },
  zh: {
    skipToContent: '跳到主要内容',
    pages: '页面',
    console: '控制台',
    playground: '演练场',
  },
}
