import { chooseLanguage, type Language } from './language.ts'

/** The language of this page, by the browser's settings. */
export const language: Language = chooseLanguage(navigator.languages)

/** Says to assistive technology and to fonts which language the page is in. */
export function markPageLanguage(): void {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
}
