import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'

/**
 * How many requests of one HTTP/1.1 connection may wait for their turn. Node.js reads on while nothing is written, and each
 * that waits takes memory; hardly a client sends a second one before it has been answered.
 */
export const maxWaiting = 16

const waiting = new WeakMap<Socket, number>()
const begun = new WeakSet<ServerResponse>()
const abandoned = new WeakSet<Socket>()

/**
 * Resolves when nothing is to be answered before this: an answer to a pipelined request is kept in memory until then,
 * with the file that it is read from open, and its client may never read it. Never, where the connection ends before, as it does
 * with more than {@link maxWaiting} that wait, or is {@link abandon}ed.
 */
export async function turnOf({
  request,
  response,
}: {
  request: IncomingMessage
  response: ServerResponse
}): Promise<void> {
  // The server that it came to may have waited already.
  if (request.httpVersionMajor !== 1 || begun.has(response)) return
  const { socket } = request
  if (response.socket === null) await turnBehindOthers(socket, response)
  // What came along with it is read first, so that nothing is done for a connection that is given up at once.
  else await setImmediate()
  if (abandoned.has(socket)) await new Promise<never>(() => undefined)
  begun.add(response)
}

/** Begins nothing any more for a connection: what is being answered goes on, what waits for its turn waits for ever. */
export function abandon(socket: Socket): void {
  abandoned.add(socket)
}

/** Whether the turn of an answer has come. */
export function isBegun(response: ServerResponse): boolean {
  return begun.has(response)
}

async function turnBehindOthers(socket: Socket, response: ServerResponse): Promise<void> {
  const ahead = waiting.get(socket) ?? 0
  if (ahead >= maxWaiting) {
    abandon(socket)
    socket.destroy()
  }
  waiting.set(socket, ahead + 1)
  // What `once` of node:events does besides costs more than all else of a request that is given up.
  await new Promise((resolve) => response.once('socket', resolve))
  waiting.set(socket, (waiting.get(socket) ?? 1) - 1)
}
