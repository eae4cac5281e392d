import type { JSX } from 'preact'
import { useComputed } from '@preact/signals'
import { text } from '../lib/page-text.ts'
import type { ConsoleState } from '../state/console-state.ts'
import { ConnectionBanner } from './connection-banner.tsx'
import { DropVeil } from './drop-veil.tsx'
import { DropZone } from './drop-zone.tsx'
import { FirstRun } from './first-run.tsx'
import { IncomingPanel } from './incoming-panel.tsx'
import { SendingPanel } from './sending-panel.tsx'
import { SiteHeader } from './site-header.tsx'
import { StoredPanel } from './stored-panel.tsx'
import { Toasts } from './toasts.tsx'

/** The console. */
export function ConsolePage({ state }: { readonly state: ConsoleState }): JSX.Element {
  const { sending, incoming, announcer } = state
  const isFirstRun = useComputed(() => hasNothing(state))
  const isIdle = useComputed(() => hasNoTransfers(state))
  return (
    <>
      <SiteHeader page="console" />
      <ConnectionBanner state={state} />
      <main id="main" tabIndex={-1} class={`page-width ${isFirstRun.value ? 'hero' : 'console'}`}>
        <h1 class="visually-hidden">{text.title}</h1>
        <div class="console-side">
          <DropZone isLarge={isFirstRun.value} onFiles={(files) => state.takeFiles(files)} />
          <SendingPanel sending={sending} />
          {!isFirstRun.value && isIdle.value && <FirstRun announcer={announcer} />}
        </div>
        {isFirstRun.value ? (
          <FirstRun announcer={announcer} />
        ) : (
          <div class="console-server">
            <IncomingPanel incoming={incoming} />
            <StoredPanel state={state} />
          </div>
        )}
      </main>
      <Toasts state={state} />
      <DropVeil onFound={(found) => void state.takeFound(found)} />
      <div class="visually-hidden" role="status">
        {announcer.text}
      </div>
    </>
  )
}

function hasNoTransfers({ sending }: Pick<ConsoleState, 'sending'>): boolean {
  const { active, waiting, notSent, done } = sending.sections.value
  return active.length + waiting.length + notSent.length + done.length === 0
}

/** Whether there is nothing to show: nothing on the server, nothing on the way, nothing that can come back. */
function hasNothing({ stored, sending, incoming, deletions }: ConsoleState): boolean {
  const { state, uploads } = stored
  return (
    state.value.kind === 'ready' &&
    !state.value.hasMore &&
    uploads.value.length + deletions.pending.value.length === 0 &&
    hasNoTransfers({ sending }) &&
    incoming.uploads.value.length === 0
  )
}
