import type { RunEvent, RunnerReport } from '../protocol.ts'

/** An event without its time, which the report adds. */
export type Happening = RunEvent extends infer Event
  ? Event extends RunEvent
    ? Omit<Event, 'atMs'>
    : never
  : never

/** What a run tells the page. */
export interface RunReport {
  /** Sets the clock to zero. */
  start(): void
  event(event: Happening): void
  /** Something has begun that will end: the code itself, a call, a timer. */
  begin(): void
  /** It has ended. */
  end(): void
}

/** How long nothing must be under way until that is said, in milliseconds: one thing often follows another. */
const quietMs = 30

/** Makes the report of one run; `send` takes each of its reports to the page. */
export function createRunReport(send: (report: RunnerReport) => void): RunReport {
  // The code's timers are counted, this one is not.
  const { setTimeout } = globalThis
  let startedAt = performance.now()
  let underWay = 0
  let isBusy = false

  function tell(): void {
    if (isBusy === underWay > 0) return
    isBusy = !isBusy
    send({ type: 'activity', isBusy })
  }

  return {
    start() {
      startedAt = performance.now()
    },
    event(event) {
      send({ type: 'event', event: { ...event, atMs: performance.now() - startedAt } })
    },
    begin() {
      underWay += 1
      tell()
    },
    end() {
      underWay -= 1
      if (underWay === 0) setTimeout(tell, quietMs)
    },
  }
}
