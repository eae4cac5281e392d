import { EventSource, type EventSourceFetchInit, type FetchLikeResponse } from 'eventsource'
import { fetchApart } from './server-requests.ts'
import type { StoredUpload } from './stored-upload.ts'

/** An upload that the server is receiving. */
export interface ReceivingUpload {
  readonly requestId: string
  /** Of the file that is being received; null until it is known. */
  readonly name: string | null
  readonly receivedBytes: number
  /** Of the whole request; null where the client did not say. */
  readonly expectedBytes: number | null
  readonly remoteAddress: string
  readonly bytesPerSecond: number
}

/** Everything that the server is receiving. */
export interface Receiving {
  readonly bytesPerSecond: number
  readonly uploads: readonly ReceivingUpload[]
}

/** Who hears of what happens on the server. */
export interface LiveListener {
  /** The stream has begun, for the first time or again: what happened in between is not told. */
  onOpen(): void
  /** The stream has ended, or an attempt to begin it again has failed. */
  onLost(): void
  onStored(upload: StoredUpload): void
  onRemoved(id: string): void
  onReceiving(receiving: Receiving): void
}

/** The server says something every 15 s: when it has not for so long, it is gone without a word. */
const maxSilenceMs = 40_000
const retryAfterRefusalMs = 2000

/** Listens to the server's events for as long as the page lives, and begins again whenever they end. */
export function listenToServer(listener: LiveListener): void {
  const events = new EventSource(new URL('/events', location.href), { fetch: fetchWatched })
  events.addEventListener('open', () => listener.onOpen())
  events.addEventListener('error', () => {
    listener.onLost()
    // It gives up on any answer but 200, which a server that starts or stops may well give.
    if (events.readyState === events.CLOSED) {
      setTimeout(() => listenToServer(listener), retryAfterRefusalMs)
    }
  })
  // The server's own messages: what is in them is what it says is in them.
  events.addEventListener('stored', ({ data }) => listener.onStored(JSON.parse(data)))
  events.addEventListener('removed', ({ data }) => listener.onRemoved(JSON.parse(data).id))
  events.addEventListener('receiving', ({ data }) => listener.onReceiving(JSON.parse(data)))
}

async function fetchWatched(
  url: string | URL,
  init: EventSourceFetchInit,
): Promise<FetchLikeResponse> {
  const response = await fetchApart(url, init)
  const { status, redirected, headers, body } = response
  return {
    url: response.url,
    status,
    redirected,
    headers,
    body: body && { getReader: () => watch(body.getReader()) },
  }
}

/** A reader whose `read` rejects when nothing comes for too long. */
function watch(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Pick<ReadableStreamDefaultReader<Uint8Array>, 'read' | 'cancel'> {
  return {
    cancel: (reason) => reader.cancel(reason),
    async read() {
      let timer = 0
      const silence = new Promise<never>((_resolve, reject) => {
        timer = window.setTimeout(() => reject(new Error('the server is silent')), maxSilenceMs)
      })
      try {
        return await Promise.race([reader.read(), silence])
      } catch (error) {
        reader.cancel().catch(() => undefined)
        throw error
      } finally {
        clearTimeout(timer)
      }
    },
  }
}
