import http2, { type ClientHttp2Stream, type OutgoingHttpHeaders } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import { connectionTimesOf, type ConnectionTimes } from './connection-times.ts'

const { NGHTTP2_CANCEL } = http2.constants

/** What a server may send of answers before they are read, of each and of all, so that they come without pauses. */
const answerWindowBytes = 1024 * 1024
const connectionWindowBytes = 4 * answerWindowBytes

/** Of a server that has not yet said how many streams it takes at once, one is asked. */
const firstStreams = 1

/** An HTTP/2 connection that requests of one origin have together. */
export interface Http2Session {
  readonly socket: TLSSocket
  /** Whether requests can still be sent on it. */
  isOpen(): boolean
  /** Whether the server takes another one at once. */
  hasRoom(): boolean
  /** Sends the head of a request. */
  request(headers: OutgoingHttpHeaders, options: { endStream: boolean }): SessionRequest
  /** Lets the requests that are under way go on, and takes no others. */
  retire(): void
  /** Closes it where nobody is using it. */
  dropIdle(): void
}

/** A request on a session. */
export interface SessionRequest {
  readonly stream: ClientHttp2Stream
  /** Of the connection, where it was made for this request. */
  readonly connection: ConnectionTimes | undefined
  /** Whether the session has carried another one before. */
  readonly isReused: boolean
  readonly sessionEnd: () => SessionEnd
  /** Ends the request at once, and the session for those that are to come; the connection where nobody else uses it. */
  readonly abort: () => void
}

/** In what way a session is at its end. */
export interface SessionEnd {
  /** What the server has said with GOAWAY; undefined where it has said nothing. */
  readonly goaway: { readonly code: number; readonly lastStreamId: number } | undefined
  readonly isClosed: boolean
}

/** Speaks HTTP/2 on a connection whose server has chosen it. `onChange` hears when there may be room, and of the end. */
export function createHttp2Session(
  socket: TLSSocket,
  { url, onChange }: { url: URL; onChange: () => void },
): Http2Session {
  const session = http2.connect(url.origin, {
    createConnection: () => socket,
    settings: { enablePush: false, initialWindowSize: answerWindowBytes },
  })
  let maxStreams = firstStreams
  let streams = 0
  let isRetired = false
  let connection = connectionTimesOf(socket)
  let goaway: SessionEnd['goaway']

  // While nobody uses it, it keeps no process alive, and a connection that hangs is noticed.
  socket.setKeepAlive(true, 1000)
  session.once('connect', () => {
    // It says so, too, when it was destroyed before: by an abort in the same moment.
    if (!session.destroyed) session.setLocalWindowSize(connectionWindowBytes)
  })
  session.on('remoteSettings', ({ maxConcurrentStreams = Infinity }) => {
    maxStreams = maxConcurrentStreams
    onChange()
  })
  session.on('goaway', (code, lastStreamId) => {
    goaway = { code, lastStreamId }
    isRetired = true
    onChange()
  })
  // Each of its streams is told.
  session.on('error', () => undefined)
  session.once('close', onChange)

  function isOpen(): boolean {
    return !isRetired && !session.closed && !session.destroyed
  }

  function closeUnlessUsed(): void {
    if (streams > 0) return
    session.destroy()
    // A session ends when what it has written is taken, and this server may take nothing.
    socket.destroy()
  }

  function retire(): void {
    isRetired = true
    closeUnlessUsed()
  }

  function request(headers: OutgoingHttpHeaders, options: { endStream: boolean }): SessionRequest {
    const stream = session.request(headers, options)
    const made = connection
    connection = undefined
    if (streams === 0) session.ref()
    streams += 1
    let isCounted = true

    function leave(): void {
      if (!isCounted) return
      isCounted = false
      streams -= 1
      if (streams === 0 && !session.destroyed) session.unref()
      if (isRetired) closeUnlessUsed()
      onChange()
    }

    stream.once('close', leave)
    return {
      stream,
      connection: made,
      isReused: made === undefined,
      sessionEnd: () => ({ goaway, isClosed: session.destroyed }),
      abort() {
        isRetired = true
        stream.close(NGHTTP2_CANCEL)
        stream.destroy()
        leave()
      },
    }
  }

  return {
    socket,
    isOpen,
    hasRoom: () => isOpen() && streams < maxStreams,
    request,
    retire,
    dropIdle() {
      if (streams === 0) retire()
    },
  }
}
