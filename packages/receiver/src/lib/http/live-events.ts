import type { IncomingMessage, ServerResponse } from 'node:http'
import { performance } from 'node:perf_hooks'
import type { Activity, ActivityState } from '../activity/activity.ts'
import { sampleIntervalMs } from '../activity/rate.ts'
import { ReceiverError } from '../problem/errors.ts'
import type { UploadRecord } from '../storage/storage.ts'
import { EventStream, formatEvent } from './event-stream.ts'
import { stoppingError } from './stopping.ts'
import { describeListed } from './upload-answer.ts'

const heartbeatMs = 15_000

const headers = {
  'Content-Type': 'text/event-stream',
  // A proxy that compresses gathers first.
  'Cache-Control': 'no-store, no-transform',
  // nginx gathers whatever it hands on, unless it is told not to.
  'X-Accel-Buffering': 'no',
  'X-Content-Type-Options': 'nosniff',
}

/** How {@link LiveEvents} are told. */
export interface LiveEventsOptions {
  readonly maxListeners: number
  /** So many listen now. */
  readonly onListeners: (count: number) => void
}

/** Tells all who listen what is stored, removed and under way. With nobody to tell, it does nothing. */
export class LiveEvents {
  readonly #activity: Activity
  readonly #options: LiveEventsOptions
  // With the url at which each of them found the receiver: urls of files begin with it.
  readonly #listeners = new Map<EventStream, string>()
  #sampler: NodeJS.Timeout | undefined
  #heart: NodeJS.Timeout | undefined
  #wasQuiet = true
  #isClosed = false

  constructor(activity: Activity, options: LiveEventsOptions) {
    this.#activity = activity
    this.#options = options
  }

  /** Answers a request with the events from now on. Throws a ReceiverError where it may not listen. */
  listen(
    { request, response }: { request: IncomingMessage; response: ServerResponse },
    base: string,
  ): void {
    if (this.#isClosed) throw stoppingError('Listening to events')
    const { maxListeners, onListeners } = this.#options
    if (this.#listeners.size >= maxListeners) {
      throw new ReceiverError('overloaded', `Listening to events: ${this.#listeners.size} do`, {
        limit: { name: 'eventListeners', value: maxListeners },
        headers: { 'Retry-After': '1' },
      })
    }
    response.writeHead(200, headers)
    if (request.method === 'HEAD') {
      response.end()
      return
    }
    const stream = new EventStream(response, () => this.#forget(stream))
    this.#listeners.set(stream, base)
    onListeners(this.#listeners.size)
    this.#heart ??= setInterval(() => this.#beat(), heartbeatMs)
    response.write('retry: 1000\n\n')
    const state = this.#activity.sample(performance.now())
    stream.sendState(formatEvent('receiving', state))
    if (!isQuiet(state)) this.#startSampling()
  }

  /** An upload has begun: there may be something to tell. */
  wake(): void {
    if (this.#sampler !== undefined || this.#listeners.size === 0) return
    this.#startSampling()
    this.#tellState()
  }

  /** An upload has become visible. */
  stored(record: UploadRecord): void {
    // As everybody sees it who lists; most found the receiver at the same url.
    const events = new Map<string, Buffer>()
    for (const [stream, base] of this.#listeners) {
      const event = events.get(base) ?? formatEvent('stored', describeListed(record, base))
      events.set(base, event)
      stream.send(event)
    }
  }

  /** An upload has been removed. */
  removed(id: string): void {
    const event = formatEvent('removed', { id })
    for (const stream of this.#listeners.keys()) stream.send(event)
  }

  /** Ends all streams. Nobody may listen any more. */
  close(): void {
    this.#isClosed = true
    for (const stream of this.#listeners.keys()) {
      stream.end()
      this.#forget(stream)
    }
  }

  #tellState(): void {
    const state = this.#activity.sample(performance.now())
    const isNews = !(isQuiet(state) && this.#wasQuiet)
    this.#wasQuiet = isQuiet(state)
    if (!isNews) {
      this.#stopSampling()
      return
    }
    const event = formatEvent('receiving', state)
    for (const stream of this.#listeners.keys()) stream.sendState(event)
  }

  #beat(): void {
    for (const stream of this.#listeners.keys()) stream.beat()
  }

  #forget(stream: EventStream): void {
    this.#listeners.delete(stream)
    this.#options.onListeners(this.#listeners.size)
    if (this.#listeners.size > 0) return
    this.#stopSampling()
    clearInterval(this.#heart)
    this.#heart = undefined
  }

  // Goes on for one interval after all is quiet: what begins meanwhile waits for its end.
  #startSampling(): void {
    this.#wasQuiet = false
    this.#sampler ??= setInterval(() => this.#tellState(), sampleIntervalMs)
  }

  #stopSampling(): void {
    clearInterval(this.#sampler)
    this.#sampler = undefined
  }
}

function isQuiet({ uploads, bytesPerSecond }: ActivityState): boolean {
  return uploads.length === 0 && bytesPerSecond === 0
}
