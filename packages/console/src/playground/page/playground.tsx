import { useSignal, useSignalEffect } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { SiteHeader } from '../../components/site-header.tsx'
import type { CodeEditor } from '../editor/code-editor.ts'
import type { CodePlace } from '../protocol.ts'
import { EditorHost, SampleChoice } from './code-pane.tsx'
import { FileBox } from './file-box.tsx'
import { LogView } from './log-view.tsx'
import { runKeys, text } from './page-text.ts'
import type { RunSession } from './run-session.ts'
import { RunStatus } from './run-status.tsx'
import type { SampleShelf } from './sample-shelf.ts'

/** The page: code on the left, what it does on the right. */
export function Playground(props: {
  readonly shelf: SampleShelf
  readonly session: RunSession
  readonly samplePicture: Promise<File>
}): JSX.Element {
  const { shelf, session, samplePicture } = props
  const editor = useRef<CodeEditor | undefined>(undefined)
  const logPane = useRef<HTMLElement>(null)
  const sample = useSignal<File>()
  const chosen = useSignal<File>()
  const isRunning = session.phase.value === 'running'

  useEffect(() => {
    void samplePicture.then((picture) => (sample.value = picture))
  }, [])
  useSignalEffect(() => editor.current?.mark(session.errorPlace.value))

  async function run(): Promise<void> {
    if (editor.current === undefined) return
    session.run(editor.current.text, chosen.peek() ?? (await samplePicture))
    // One above the other, the log may be out of sight.
    logPane.current?.scrollIntoView({ block: 'nearest', behavior: 'smooth' })
  }

  useEffect(() => {
    const listening = new AbortController()
    addEventListener(
      'keydown',
      (event) => {
        const isRunKey = event.key === 'Enter' && (event.ctrlKey || event.metaKey)
        // The editor has taken its own already.
        if (!isRunKey || event.defaultPrevented) return
        event.preventDefault()
        void run()
      },
      { signal: listening.signal },
    )
    return () => listening.abort()
  }, [])

  function openSample(sampleId: string): void {
    shelf.open(sampleId)
    editor.current?.open(shelf.text())
  }

  function goTo(place: CodePlace): void {
    editor.current?.goTo(place)
  }

  return (
    <>
      <SiteHeader page="playground" />
      <main id="main" class="playground page-width">
        <div class="playground-intro">
          <h1>{text.heading}</h1>
          <p>{text.lead}</p>
        </div>
        <section class="pane pane-code" aria-label={text.codeSection}>
          <div class="pane-bar">
            <SampleChoice shelf={shelf} onChoose={openSample} />
            <button
              type="button"
              class="button quiet"
              title={text.resetHint}
              disabled={!shelf.changed.value.has(shelf.current.value.id)}
              onClick={() => editor.current?.replace(shelf.original())}
            >
              {text.reset}
            </button>
            <span class="pane-bar-end">
              <button
                type="button"
                class="button"
                disabled={!isRunning}
                onClick={() => session.stop()}
              >
                <StopIcon />
                {text.stop}
              </button>
              <button
                type="button"
                class="button primary"
                title={text.runHint(runKeys)}
                onClick={() => void run()}
              >
                <RunIcon />
                {text.run}
              </button>
            </span>
          </div>
          <FileBox
            file={chosen.value ?? sample.value}
            isSample={chosen.value === undefined}
            onChoose={(file) => (chosen.value = file)}
            onUseSample={() => (chosen.value = undefined)}
          />
          <EditorHost
            shelf={shelf}
            onRun={() => void run()}
            onMade={(made) => (editor.current = made)}
          />
          <p class="pane-foot">
            <span>{text.editorHint}</span>
            <span>{text.runHint(runKeys)}</span>
          </p>
        </section>
        <section class="pane pane-log" ref={logPane} aria-label={text.log}>
          <div class="pane-bar">
            <h2>{text.log}</h2>
            <RunStatus session={session} />
            <span class="pane-bar-end">
              <button
                type="button"
                class="button quiet"
                disabled={session.log.value.rows.length === 0}
                onClick={() => session.clear()}
              >
                {text.clear}
              </button>
            </span>
          </div>
          <LogView session={session} onGoTo={goTo} />
        </section>
      </main>
    </>
  )
}

function RunIcon(): JSX.Element {
  return (
    <svg viewBox="0 0 16 16" width="12" height="12" fill="currentColor" aria-hidden="true">
      <path d="M3.5 1.8v12.4a.6.6 0 0 0 .92.5l9.6-6.2a.6.6 0 0 0 0-1L4.42 1.3a.6.6 0 0 0-.92.5Z" />
    </svg>
  )
}

function StopIcon(): JSX.Element {
  return (
    <svg viewBox="0 0 16 16" width="12" height="12" fill="currentColor" aria-hidden="true">
      <rect x="2.5" y="2.5" width="11" height="11" rx="1.5" />
    </svg>
  )
}
