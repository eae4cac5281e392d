import { batch, computed, type ReadonlySignal, signal } from '@preact/signals'
import { createFrameBatch } from '../../lib/frame-batch.ts'
import { addEvents, emptyLog, type RunLog } from '../log/run-log.ts'
import type { CodePlace, RunEvent } from '../protocol.ts'
import { createRunnerHost } from '../runner-host.ts'

/** Where a run is. `ready`: nothing has run yet. `unreachable`: nothing can, for the server is gone. */
export type RunPhase = 'ready' | 'running' | 'ended' | 'stopped' | 'unreachable'

/** The runs of a page, one after the other, and the log of the last one. */
export interface RunSession {
  readonly phase: ReadonlySignal<RunPhase>
  readonly log: ReadonlySignal<RunLog>
  /** When the last event came, in milliseconds since the run began. */
  readonly lastAtMs: ReadonlySignal<number>
  /** Errors that nobody has caught. */
  readonly errors: ReadonlySignal<number>
  /** Where the first of them was, if in the code. */
  readonly errorPlace: ReadonlySignal<CodePlace | undefined>
  /** Whether the code has called an API more than once, so that its calls need numbers. */
  readonly hasManyCalls: ReadonlySignal<boolean>
  run(code: string, file: File): void
  stop(): void
  clear(): void
}

/** Makes the runs of a page; their documents are put into `container`. */
export function createRunSession(options: {
  readonly container: HTMLElement
  readonly runnerTitle: string
}): RunSession {
  const phase = signal<RunPhase>('ready')
  const log = signal(emptyLog)
  const lastAtMs = signal(0)
  const errors = signal(0)
  const errorPlace = signal<CodePlace>()
  const calls = signal(0)
  let incoming: RunEvent[] = []
  let isBusy = false

  const changes = createFrameBatch(takeIn)
  const host = createRunnerHost({
    container: options.container,
    title: options.runnerTitle,
    onEvent(event) {
      incoming.push(event)
      changes.request()
    },
    onActivity(busy) {
      isBusy = busy
      changes.request()
    },
    onUnreachable() {
      isBusy = false
      phase.value = 'unreachable'
    },
  })

  function takeIn(): void {
    const events = incoming
    incoming = []
    batch(() => {
      for (const event of events) {
        if (event.type === 'call') calls.value += 1
        if (event.type !== 'error') continue
        errors.value += 1
        errorPlace.value ??= event.place
      }
      log.value = addEvents(log.value, events)
      lastAtMs.value = events.at(-1)?.atMs ?? lastAtMs.value
      if (phase.value === 'running' || phase.value === 'ended')
        phase.value = isBusy ? 'running' : 'ended'
    })
  }

  function clear(): void {
    incoming = []
    batch(() => {
      log.value = emptyLog
      errors.value = 0
      errorPlace.value = undefined
    })
  }

  return {
    phase,
    log,
    lastAtMs,
    errors,
    errorPlace,
    hasManyCalls: computed(() => calls.value > 1),
    run(code, file) {
      clear()
      batch(() => {
        calls.value = 0
        lastAtMs.value = 0
        phase.value = 'running'
      })
      isBusy = true
      host.run({ code, file })
    },
    stop() {
      host.stop()
      takeIn()
      isBusy = false
      phase.value = 'stopped'
    },
    clear,
  }
}
