import type { JSX } from 'preact'
import { formatMs, text } from './page-text.ts'
import type { RunSession } from './run-session.ts'

/** In a few words, where the run is; assistive technology hears them. */
export function RunStatus({ session }: { readonly session: RunSession }): JSX.Element {
  const phase = session.phase.value
  const errors = session.errors.value
  const isDone = phase === 'ended' || phase === 'stopped'
  return (
    <p class={`run-status run-${phase}`} role="status">
      {describePhase(session)}
      {isDone && errors > 0 && <span class="run-errors">{text.errors(errors)}</span>}
    </p>
  )
}

function describePhase({ phase, lastAtMs }: RunSession): string {
  switch (phase.value) {
    case 'ready':
      return ''
    case 'running':
      return text.running
    case 'ended':
      return text.ended(formatMs(lastAtMs.value))
    case 'stopped':
      return text.stopped(formatMs(lastAtMs.value))
    case 'unreachable':
      return text.unreachable
    default:
      return phase.value satisfies never
  }
}
