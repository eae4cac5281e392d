import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { UploadFileOption, UploadTask } from '@wx-upload/client'
import { type BatchSummary, summarizeBatch } from '../lib/batch-summary.ts'
import type { ChosenFile } from '../lib/dropped-files.ts'
import { isPassing } from '../lib/failure-reason.ts'
import type { FrameBatch } from '../lib/frame-batch.ts'
import {
  addSample,
  estimateSecondsLeft,
  measureRate,
  type RateSamples,
} from '../lib/transfer-rate.ts'
import { isSettled, stepPhase, type UploadEvent, type UploadPhase } from '../lib/upload-phase.ts'

/** How many uploads run at once; the rest waits in order. */
export const maxAtOnce = 10

/** How fast an upload, or all of them, moves. */
export interface Pace {
  readonly bytesPerSecond: number | undefined
  readonly secondsLeft: number | undefined
}

/** An upload of this page. */
export interface SendingUpload extends ChosenFile {
  readonly id: string
  readonly phase: ReadonlySignal<UploadPhase>
  readonly pace: ReadonlySignal<Pace>
}

/** The uploads of this page by where they stand. */
export interface SendingSections {
  readonly active: readonly SendingUpload[]
  readonly waiting: readonly SendingUpload[]
  /** Failed and aborted ones. */
  readonly notSent: readonly SendingUpload[]
  /** The last one first. */
  readonly done: readonly SendingUpload[]
}

/** What goes on with the batch that is being sent, or was sent last. */
export interface SendingState extends BatchSummary, Pace {
  readonly isRunning: boolean
  /** Files that are listed as sent, those of earlier batches too. */
  readonly listedDone: number
  /** Files that are listed as failed, those of earlier batches too. */
  readonly listedFailed: number
}

/** Everything that this page sends. */
export interface Sending {
  readonly sections: ReadonlySignal<SendingSections>
  readonly state: ReadonlySignal<SendingState>
  /** Uploads whose failure may have passed. */
  readonly passing: ReadonlySignal<readonly SendingUpload[]>
  add(files: readonly ChosenFile[]): void
  abort(upload: SendingUpload): void
  abortAll(): void
  tryAgain(uploads: readonly SendingUpload[]): void
  dismiss(upload: SendingUpload): void
  /** Forgets what is sent, failed or aborted. */
  clearFinished(): void
  /** Whether a request is one of this page's. */
  isOwn(requestId: string): boolean
}

/** What is used of a task. */
export type RunningTask = Pick<UploadTask, 'abort' | 'onProgressUpdate'>

/** What {@link createSending} works with. */
export interface SendingSetup {
  readonly uploadFile: (option: UploadFileOption) => RunningTask
  readonly url: string
  /** Decides when what has happened is shown. */
  readonly createFrameBatch: (flush: () => void) => FrameBatch
  readonly createRequestId: () => string
  readonly isOnline: () => boolean
  /** Called when the last upload of a batch has ended. */
  readonly onEnd: (state: SendingState) => void
}

interface Entry extends SendingUpload {
  readonly phase: Signal<UploadPhase>
  readonly pace: Signal<Pace>
  readonly requestId: string
  /** Undefined before it is sent, and once it is settled. */
  task: RunningTask | undefined
  samples: RateSamples
  batch: number
}

const noPace: Pace = { bytesPerSecond: undefined, secondsLeft: undefined }
const noSections: SendingSections = { active: [], waiting: [], notSent: [], done: [] }

/** Makes the state of what a page sends. */
export function createSending(setup: SendingSetup): Sending {
  const sections = signal(noSections)
  const state = signal<SendingState>({
    ...summarizeBatch([]),
    ...noPace,
    isRunning: false,
    listedDone: 0,
    listedFailed: 0,
  })
  const passing = signal<readonly SendingUpload[]>([])
  /** All there are, in the order in which they were added. */
  const entries = new Map<string, Entry>()
  /** Those that are not settled, in the order in which they were queued: the client runs the first ten. */
  const queue = new Set<Entry>()
  /** Those that are sent, in the order in which they ended. */
  const done = new Set<Entry>()
  const ownRequests = new Set<string>()
  /** What has happened since the last look; of an upload's progress only the last counts. */
  const events = new Map<Entry, UploadEvent>()
  const frame = setup.createFrameBatch(flush)
  let currentBatch = 0
  let movedBytes = 0
  let samples: RateSamples = []
  let ticker: ReturnType<typeof setInterval> | undefined

  function note(entry: Entry, event: UploadEvent): void {
    events.set(entry, event)
    frame.request()
  }

  function enqueue(entry: Entry): void {
    if (queue.size === 0) {
      currentBatch += 1
      samples = []
    }
    entry.batch = currentBatch
    entry.samples = []
    queue.add(entry)
    done.delete(entry)
    entry.phase.value = stepPhase(entry.phase.value, { type: 'queued' })
    entry.task = setup.uploadFile({
      url: setup.url,
      filePath: entry.file,
      name: 'file',
      header: { 'X-Request-Id': entry.requestId },
      // A person watches, and can abort.
      timeout: Infinity,
      success: ({ statusCode, data }) => note(entry, { type: 'answered', statusCode, body: data }),
      fail: ({ errno, errMsg }) =>
        note(entry, { type: 'failed', errno, errMsg, isOnline: setup.isOnline() }),
    })
    entry.task.onProgressUpdate((progress) =>
      note(entry, {
        type: 'progress',
        sentBytes: progress.totalBytesSent,
        totalBytes: progress.totalBytesExpectedToSend,
      }),
    )
  }

  function flush(): void {
    batch(() => {
      const now = performance.now()
      for (const [entry, event] of events) apply(entry, event)
      events.clear()
      startFirst()
      measure(now)
      showSections()
      showState()
    })
    keepTicking()
  }

  function apply(entry: Entry, event: UploadEvent): void {
    const phase = stepPhase(entry.phase.value, event)
    if (event.type === 'progress') {
      movedBytes += Math.max(0, event.sentBytes - (entry.samples.at(-1)?.bytes ?? 0))
      entry.samples = addSample(entry.samples, { atMs: performance.now(), bytes: event.sentBytes })
    }
    entry.phase.value = phase
    if (!isSettled(phase)) return
    entry.task = undefined
    entry.pace.value = noPace
    queue.delete(entry)
    if (phase.kind !== 'done') return
    // What was sent since its last report; a small file makes none.
    movedBytes += Math.max(0, entry.file.size - (entry.samples.at(-1)?.bytes ?? 0))
    done.add(entry)
  }

  function startFirst(): void {
    let place = 0
    for (const entry of queue) {
      if (place === maxAtOnce) return
      place += 1
      entry.phase.value = stepPhase(entry.phase.value, { type: 'started' })
    }
  }

  function measure(now: number): void {
    samples = addSample(samples, { atMs: now, bytes: movedBytes })
    for (const entry of queue) {
      const phase = entry.phase.value
      if (phase.kind !== 'sending') continue
      // Also what stands still has a rate: a falling one.
      entry.samples = addSample(entry.samples, { atMs: now, bytes: phase.sentBytes })
      const bytesPerSecond = measureRate(entry.samples)
      const secondsLeft = estimateSecondsLeft(phase.totalBytes - phase.sentBytes, bytesPerSecond)
      entry.pace.value = { bytesPerSecond, secondsLeft }
    }
  }

  function showSections(): void {
    const next = {
      active: [...queue].filter(({ phase }) => phase.value.kind !== 'waiting'),
      waiting: [...queue].filter(({ phase }) => phase.value.kind === 'waiting'),
      notSent: [...entries.values()].filter(({ phase }) => isNotSent(phase.value)),
      done: [...done].toReversed(),
    }
    const shown = sections.value
    if (
      isSame(next.active, shown.active) &&
      isSame(next.waiting, shown.waiting) &&
      isSame(next.notSent, shown.notSent) &&
      isSame(next.done, shown.done)
    ) {
      return
    }
    sections.value = next
    passing.value = next.notSent.filter(
      ({ phase }) => phase.value.kind === 'failed' && isPassing(phase.value.reason),
    )
  }

  function showState(): void {
    const all = [...entries.values()]
    const counted = all.filter((entry) => entry.batch === currentBatch)
    const summary = summarizeBatch(
      counted.map(({ file, phase }) => ({ sizeBytes: file.size, phase: phase.value })),
    )
    const isRunning = queue.size > 0
    const bytesPerSecond = isRunning ? measureRate(samples) : undefined
    const restBytes = summary.totalBytes - summary.settledBytes
    const wasRunning = state.value.isRunning
    state.value = {
      ...summary,
      isRunning,
      bytesPerSecond,
      secondsLeft: estimateSecondsLeft(restBytes, bytesPerSecond),
      listedDone: done.size,
      listedFailed: all.filter(({ phase }) => phase.value.kind === 'failed').length,
    }
    if (wasRunning && !isRunning) setup.onEnd(state.value)
  }

  /** Rates and the time left change even while nothing moves. */
  function keepTicking(): void {
    if (queue.size > 0) ticker ??= setInterval(() => frame.request(), 500)
    else {
      clearInterval(ticker)
      ticker = undefined
    }
  }

  function forget(kinds: readonly UploadPhase['kind'][]): void {
    for (const entry of entries.values()) {
      if (kinds.includes(entry.phase.value.kind)) drop(entry)
    }
    frame.request()
  }

  function drop(entry: Entry): void {
    entries.delete(entry.id)
    done.delete(entry)
  }

  function find(upload: SendingUpload): Entry | undefined {
    return entries.get(upload.id)
  }

  return {
    sections,
    state,
    passing,
    add(files) {
      for (const file of files) {
        const requestId = setup.createRequestId()
        ownRequests.add(requestId)
        const entry: Entry = {
          ...file,
          id: requestId,
          requestId,
          phase: signal<UploadPhase>({ kind: 'waiting' }),
          pace: signal(noPace),
          task: undefined,
          samples: [],
          batch: 0,
        }
        entries.set(entry.id, entry)
        enqueue(entry)
      }
      frame.request()
    },
    abort(upload) {
      find(upload)?.task?.abort()
    },
    abortAll() {
      // The last first: otherwise each that ends would start one that is aborted next.
      for (const entry of [...queue].toReversed()) entry.task?.abort()
    },
    tryAgain(uploads) {
      for (const upload of uploads) {
        const entry = find(upload)
        if (entry !== undefined && isNotSent(entry.phase.value)) enqueue(entry)
      }
      frame.request()
    },
    dismiss(upload) {
      const entry = find(upload)
      if (entry !== undefined && isSettled(entry.phase.value)) drop(entry)
      frame.request()
    },
    clearFinished() {
      forget(['done', 'failed', 'aborted'])
    },
    isOwn: (requestId) => ownRequests.has(requestId),
  }
}

function isNotSent({ kind }: UploadPhase): boolean {
  return kind === 'failed' || kind === 'aborted'
}

function isSame(left: readonly SendingUpload[], right: readonly SendingUpload[]): boolean {
  return left.length === right.length && left.every((upload, index) => upload === right[index])
}
