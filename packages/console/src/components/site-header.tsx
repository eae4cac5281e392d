import type { ComponentChildren, JSX } from 'preact'
import icon from '../assets/icon.svg'
import { language } from '../lib/page-language.ts'
import { siteMessages } from '../messages/site.ts'

const text = siteMessages[language]

/** The bar at the top of every page; the page's main part has the id `main`. */
export function SiteHeader(props: {
  readonly page: 'console' | 'playground'
  readonly children?: ComponentChildren
}): JSX.Element {
  const current = (page: string): 'page' | undefined => (page === props.page ? 'page' : undefined)
  return (
    <>
      <a class="button skip-link" href="#main">
        {text.skipToContent}
      </a>
      <header class="site-header">
        <div class="site-header-inner page-width">
          <a class="brand" href="/">
            <img src={icon} alt="" />
            wx-upload
          </a>
          <nav class="site-nav" aria-label={text.pages}>
            <a href="/" aria-current={current('console')}>
              {text.console}
            </a>
            <a href="/playground" aria-current={current('playground')}>
              {text.playground}
            </a>
          </nav>
          {props.children}
        </div>
      </header>
    </>
  )
}
