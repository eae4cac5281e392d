import type { IncomingMessage, ServerResponse } from 'node:http'
import { constants, type Http2ServerResponse } from 'node:http2'
import { startTimer } from '../receive/start-timer.ts'

/** How long, and how much, a refused request is still read. */
export interface LingerLimits {
  readonly lingerMs: number
  readonly lingerSizeBytes: number
}

interface Lingering {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/**
 * Sends a whole answer to a request that may still be on its way. Closing the connection under a client that sends makes
 * the system reset it, and the client then never reads the answer: so the answer goes out in full, its end is held back,
 * and the request is read and dropped until it ends, its client leaves, or a limit is reached. Resolves then.
 */
export async function answerAndLinger(
  exchange: Lingering,
  body: Buffer,
  limits: LingerLimits,
): Promise<void> {
  const { request, response } = exchange
  if (request.complete) {
    response.end(body)
    dropUnlessTaken(response, limits)
    return
  }
  // [RFC 9113 §8.2.2] HTTP/2 has no such header, and ends a stream without its connection.
  if (request.httpVersionMajor === 1) response.setHeader('Connection', 'close')
  response.setHeader('Content-Length', body.length)
  response.write(body)
  await dropRest(exchange, limits)
  response.end()
  dropUnlessTaken(response, limits)
  if (!request.complete && request.httpVersionMajor === 2) endStream(exchange)
}

/** Whoever does not take the answer in as much time again is not waited for. */
function dropUnlessTaken(response: ServerResponse, { lingerMs }: LingerLimits): void {
  const timer = startTimer(lingerMs, () => response.destroy())
  // The connection keeps the process, and where the client has left already, nothing does.
  timer?.unref()
  response.once('close', () => clearTimeout(timer))
}

/** [RFC 9113 §8.1] In HTTP/2 the end of an answer does not end its request: tells the client that no more of it is wanted. */
function endStream({ request, response }: Lingering): void {
  const { stream } = response as unknown as Http2ServerResponse
  // After the answer.
  stream.close(constants.NGHTTP2_NO_ERROR)
  // Node.js keeps a stream open of which something waits to be read.
  request.resume()
}

/** Reads and drops the rest of a request; resolves when there is none, or nobody to hear, or a limit is reached. */
function dropRest(
  { request, response }: Lingering,
  { lingerMs, lingerSizeBytes }: LingerLimits,
): Promise<void> {
  return new Promise((resolve) => {
    let droppedBytes = 0
    let next: NodeJS.Immediate | undefined
    const timer = startTimer(lingerMs, finish)
    request.on('data', drop)
    request.on('end', finish)
    // Without a listener a broken connection would be an uncaught error.
    request.on('error', finish)
    response.on('close', finish)
    request.resume()

    // Once in a turn of the loop: of an upload that is wanted, more is read in one.
    function drop(chunk: Buffer): void {
      droppedBytes += chunk.length
      if (droppedBytes > lingerSizeBytes) {
        finish()
        return
      }
      request.pause()
      next = setImmediate(() => request.resume())
    }

    function finish(): void {
      clearTimeout(timer)
      clearImmediate(next)
      request.off('data', drop)
      request.off('end', finish)
      response.off('close', finish)
      request.pause()
      resolve()
    }
  })
}
