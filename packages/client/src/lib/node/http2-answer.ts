import type { ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2'
import { Readable } from 'node:stream'
import { type Answer, type HeaderField, type Repetition, toFields } from './exchange.ts'
import { type Http2Failure, http2FailureOf } from './http2-failure.ts'
import type { SessionRequest } from './http2-session.ts'

/** An answer by HTTP/2, as it comes. */
export interface Reception {
  readonly answer: Promise<Answer>
  /** Of the body, in bytes. */
  receivedBytes(): number
  /** Why the request may be sent again, when it has ended without an answer. */
  repetition(): Repetition | undefined
  /** Nobody wants what is still to come. */
  end(): void
}

/** Receives the answer of a request, from the moment on when it is sent. */
export function receiveAnswer(request: SessionRequest): Reception {
  const { stream } = request
  let receivedBytes = 0
  let isHeard = false
  let isWhole = false
  let isGiven = false
  let error: unknown
  let failure: Http2Failure | undefined

  // What comes before a reset is kept: a stream forgets what it has not given out by then.
  const body = new Readable({ read: () => void stream.resume() })
  // Whoever reads it is told; an answer that never came is nobody's.
  body.on('error', () => undefined)
  stream.on('data', (chunk: Buffer) => {
    receivedBytes += chunk.length
    if (!body.push(chunk)) stream.pause()
  })
  const giveEnd = (): void => {
    isGiven = true
    body.push(null)
  }
  noteEnd(stream, () => {
    isWhole = true
    // A reset in the same moment would take the event that tells of it.
    if (stream.readableLength === 0) giveEnd()
  })
  stream.once('end', () => {
    if (isWhole) giveEnd()
    // While a write of it waits for a window, a stream that was reset without an error would stay for ever.
    else stream.destroy()
  })
  // Interim answers, of which nothing else is needed.
  stream.once('headers', () => (isHeard = true))
  stream.on('error', (cause) => (error ??= cause))

  const answer = new Promise<Answer>((resolve, reject) => {
    stream.once('response', (headers, _flags, rawHeaders?: readonly string[]) => {
      isHeard = true
      const statusCode = headers[':status'] ?? 0
      const head = { statusCode, fields: fieldsOf(headers, rawHeaders), body }
      // The last write may be done without having been told so yet: no early answer, then. [U-23]
      if (stream.writableEnded && !stream.writableFinished) setImmediate(() => resolve(head))
      else resolve(head)
    })
    stream.once('close', () => {
      if (isGiven) return
      failure = http2FailureOf(request, { error, isHeard })
      reject(failure.error)
      body.destroy(failure.error)
    })
  })
  return {
    answer,
    receivedBytes: () => receivedBytes,
    repetition: () => failure?.repetition,
    end: () => void body.destroy(),
  }
}

/**
 * Tells of the end of an answer that is whole. A stream ends in the same way when it is reset without an error, but only once
 * it is closed.
 */
function noteEnd(stream: ClientHttp2Stream, onEnd: () => void): void {
  const push = stream.push.bind(stream)
  stream.push = (chunk, encoding) => {
    if (chunk === null && !stream.closed) onEnd()
    return push(chunk, encoding)
  }
}

/** The fields as they came; joined where this version of Node.js tells no more. */
function fieldsOf(
  headers: IncomingHttpHeaders,
  rawHeaders: readonly string[] | undefined,
): HeaderField[] {
  const fields = rawHeaders
    ? toFields(rawHeaders)
    : Object.entries(headers).flatMap(([name, value]) =>
        [value ?? []].flat().map((each): HeaderField => [name, each]),
      )
  return fields.filter(([name]) => !name.startsWith(':'))
}
