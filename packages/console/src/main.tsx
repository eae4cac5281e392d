import { render } from 'preact'
import { SiteHeader } from './components/site-header.tsx'
import { markPageLanguage } from './lib/page-language.ts'

markPageLanguage()
const root = document.querySelector('#app')
if (root) render(<SiteHeader page="console" />, root)
