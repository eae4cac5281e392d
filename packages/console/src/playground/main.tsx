import { render } from 'preact'
import { markPageLanguage } from '../lib/page-language.ts'
import { text } from './page/page-text.ts'
import { Playground } from './page/playground.tsx'
import { createRunSession } from './page/run-session.ts'
import { createSampleShelf } from './page/sample-shelf.ts'
import { drawSamplePicture } from './sample-picture.ts'

markPageLanguage()
document.title = text.title
const root = document.querySelector('#app')
const container = document.querySelector<HTMLElement>('#runners')
if (root !== null && container !== null) {
  render(
    <Playground
      shelf={createSampleShelf()}
      session={createRunSession({ container, runnerTitle: text.runnerTitle })}
      samplePicture={drawSamplePicture()}
    />,
    root,
  )
}
