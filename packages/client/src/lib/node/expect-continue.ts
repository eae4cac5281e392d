import type { ClientRequest } from 'node:http'
import type { Socket } from 'node:net'

/**
 * From this length on a server is asked before the body is sent (`Expect: 100-continue`), so that a refusal
 * costs no upload and cannot be lost on the way back. [U-18] [RFC 9110 §10.1.1]
 */
const largeBodyBytes = 1024 * 1024

/** How long a server may take to say `100 Continue`; many never do. */
const continueTimeoutMs = 1000

/** Remembers which servers are worth asking. */
export interface Expectations {
  wanted(url: URL, bodyLength: number): boolean
  /** Notes that a server does not answer, or refuses to be asked: it is not asked again. */
  forgo(url: URL): void
}

export function createExpectations(): Expectations {
  const deafOrigins = new Set<string>()
  return {
    wanted: (url, bodyLength) => bodyLength >= largeBodyBytes && !deafOrigins.has(url.origin),
    forgo: (url) => void deafOrigins.add(url.origin),
  }
}

/**
 * Sends the head of a request that expects `100 Continue`, and waits for it.
 *
 * @returns what came of it; `over` when `end` has settled, for a final answer came or none will
 */
export function awaitContinue(
  req: ClientRequest,
  end: Promise<unknown>,
): Promise<'continue' | 'silence' | 'over'> {
  return new Promise((resolve) => {
    let isSettled = false
    let timer: NodeJS.Timeout | undefined
    const settle = (outcome: 'continue' | 'silence' | 'over'): void => {
      isSettled = true
      clearTimeout(timer)
      resolve(outcome)
    }
    // The server's time begins when it can have heard the question.
    const startTimer = (): void => {
      if (!isSettled) timer = setTimeout(() => settle('silence'), continueTimeoutMs)
    }
    const endWaiting = (): void => settle('over')
    req.once('continue', () => settle('continue'))
    end.then(endWaiting, endWaiting)
    const onSocket = (socket: Socket): void => {
      if (!socket.connecting) startTimer()
      else socket.once('encrypted' in socket ? 'secureConnect' : 'connect', startTimer)
    }
    if (req.socket) onSocket(req.socket)
    else req.once('socket', onSocket)
    req.flushHeaders()
  })
}
