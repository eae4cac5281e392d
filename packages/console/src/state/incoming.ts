import { batch, type ReadonlySignal, signal } from '@preact/signals'
import type { Receiving, ReceivingUpload } from '../lib/live-events.ts'
import {
  advanceHistory,
  emptyHistory,
  isQuiet,
  type RateHistory,
  stepMs,
} from '../lib/rate-history.ts'

/** What the server is receiving. */
export interface Incoming {
  /** From others than this page. */
  readonly uploads: ReadonlySignal<readonly ReceivingUpload[]>
  /** Of everything that arrives, this page's uploads included. */
  readonly bytesPerSecond: ReadonlySignal<number>
  readonly history: ReadonlySignal<RateHistory>
  /** Whether anything arrives, or has within the last minute. */
  readonly isActive: ReadonlySignal<boolean>
  update(receiving: Receiving): void
  /** Nothing is known any more. */
  clear(): void
}

/** Makes the state of what the server is receiving. */
export function createIncoming(isOwn: (requestId: string) => boolean): Incoming {
  const uploads = signal<readonly ReceivingUpload[]>([])
  const bytesPerSecond = signal(0)
  const history = signal(emptyHistory)
  const isActive = signal(false)
  /** The highest rate since the last step: an upload may be shorter than a step. */
  let highest = 0
  let timer: ReturnType<typeof setInterval> | undefined

  function advance(): void {
    history.value = advanceHistory(history.value, highest)
    highest = bytesPerSecond.value
    if (highest > 0 || !isQuiet(history.value)) return
    clearInterval(timer)
    timer = undefined
    isActive.value = false
  }

  function set(receiving: Receiving): void {
    batch(() => {
      uploads.value = receiving.uploads.filter(({ requestId }) => !isOwn(requestId))
      // With the last upload ends what it is told by: nothing would take its rate back.
      bytesPerSecond.value = receiving.uploads.length === 0 ? 0 : receiving.bytesPerSecond
      // Before the history knows: an upload that is over within a step would be hidden until then.
      if (receiving.bytesPerSecond > 0) isActive.value = true
    })
    highest = Math.max(highest, receiving.bytesPerSecond)
    if (receiving.bytesPerSecond > 0) timer ??= setInterval(advance, stepMs)
  }

  return {
    uploads,
    bytesPerSecond,
    history,
    isActive,
    update: set,
    clear: () => set({ bytesPerSecond: 0, uploads: [] }),
  }
}
