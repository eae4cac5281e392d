import { effect } from '@preact/signals'
import { render } from 'preact'
import { ConsolePage } from './components/console-page.tsx'
import { markPageLanguage } from './lib/page-language.ts'
import { createPageProgress } from './lib/page-progress.ts'
import { count, text } from './lib/page-text.ts'
import { createConsoleState } from './state/console-state.ts'

markPageLanguage()
const state = createConsoleState()
const showProgress = createPageProgress()

effect(() => {
  const { isRunning, fraction, doneFiles, failedFiles, files } = state.sending.state.value
  const title = text.sendingFiles(count(doneFiles + failedFiles), count(files))
  showProgress(isRunning ? { fraction, title } : undefined)
})

window.addEventListener('beforeunload', (event) => {
  if (state.sending.state.value.isRunning) event.preventDefault()
})
window.addEventListener('pagehide', () => state.deletions.flush())

const root = document.querySelector('#app')
if (root) render(<ConsolePage state={state} />, root)
