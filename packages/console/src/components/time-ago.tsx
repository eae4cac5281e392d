import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { formats } from '../lib/page-text.ts'
import { serverAheadMs } from '../lib/server-clock.ts'

const everyMs = 15_000

const now = signal(Date.now())
setInterval(() => (now.value = Date.now()), everyMs)

/** How long ago something was; when exactly, to whoever points at it. */
export function TimeAgo({ time }: { readonly time: string }): JSX.Element {
  const at = Date.parse(time)
  return (
    <time dateTime={time} title={formats.exact(at)}>
      {formats.ago(at, Math.max(now.value + serverAheadMs.value, at))}
    </time>
  )
}
