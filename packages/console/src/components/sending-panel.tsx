import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'
import { count, formats, text } from '../lib/page-text.ts'
import type { Sending, SendingState } from '../state/sending.ts'
import { useKeptFocus } from './kept-focus.ts'
import { ProgressBar } from './progress-bar.tsx'
import { PaceText } from './sending-row.tsx'
import { SendingSection } from './sending-section.tsx'

/** What this page sends, has sent, and could not send. */
export function SendingPanel({ sending }: { readonly sending: Sending }): JSX.Element | null {
  const { active, waiting, notSent, done } = sending.sections.value
  const panel = useRef<HTMLElement>(null)
  useKeptFocus(panel, (list) => list.querySelector('h2'))
  const isEmpty = active.length + waiting.length + notSent.length + done.length === 0
  return (
    <section ref={panel} class="panel" aria-labelledby="sending-title" hidden={isEmpty}>
      <Summary sending={sending} />
      <SendingSection title={text.sending} uploads={active} sending={sending} firstRows={10} />
      <SendingSection title={text.failedTitle} uploads={notSent} sending={sending} firstRows={10} />
      <SendingSection title={text.waitingTitle} uploads={waiting} sending={sending} firstRows={4} />
      <SendingSection title={text.doneTitle} uploads={done} sending={sending} firstRows={4} />
    </section>
  )
}

function Summary({ sending }: { readonly sending: Sending }): JSX.Element {
  const state = sending.state.value
  const { notSent, done } = sending.sections.value
  return (
    <header class="panel-head">
      <div class="panel-head-row">
        <h2 id="sending-title" tabIndex={-1}>
          {state.isRunning
            ? text.sendingFiles(count(state.doneFiles + state.failedFiles), count(state.files))
            : describeEnd(state)}
        </h2>
        <div class="actions">
          {state.isRunning && state.openFiles > 1 && (
            <button type="button" class="button quiet danger" onClick={() => sending.abortAll()}>
              {text.abortAll}
            </button>
          )}
          {notSent.length > 1 && (
            <button type="button" class="button" onClick={() => sending.tryAgain(notSent)}>
              {text.tryAllAgain}
            </button>
          )}
          {!state.isRunning && notSent.length + done.length > 0 && (
            <button type="button" class="button quiet" onClick={() => sending.clearFinished()}>
              {text.clearFinished}
            </button>
          )}
        </div>
      </div>
      {state.isRunning && (
        <>
          <ProgressBar label={text.transfers} fraction={state.fraction} />
          <p class="faint dotted">
            <span>{formats.percent(state.fraction)}</span>
            <span>
              {text.bytesOf(formats.bytes(state.settledBytes), formats.bytes(state.totalBytes))}
            </span>
            <PaceText pace={state} />
            {state.failedFiles > 0 && (
              <span class="failed-count">{text.failedFiles(count(state.failedFiles))}</span>
            )}
          </p>
        </>
      )}
    </header>
  )
}

function describeEnd({ listedDone, listedFailed }: SendingState): string {
  if (listedDone + listedFailed === 0) return text.nothingSent
  const failed = text.failedFiles(count(listedFailed))
  if (listedDone === 0) return failed
  const sent = text.sentFiles(count(listedDone))
  return listedFailed === 0 ? sent : `${sent} · ${failed}`
}
