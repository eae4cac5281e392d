import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * How many requests of one HTTP/1.1 connection may wait for their turn. Node.js reads on while nothing is written, and each
 * that waits takes memory; hardly a client sends a second one before it has been answered.
 */
export const maxWaiting = 16

const waiting = new WeakMap<Socket, number>()

/**
 * Resolves when nothing is to be answered before this: an answer to a pipelined request is kept in memory until then,
 * with the file that it is read from open, and its client may never read it. Never, where the connection ends before, as it does
 * with more than {@link maxWaiting} that wait.
 */
export async function turnOf({
  request,
  response,
}: {
  request: IncomingMessage
  response: ServerResponse
}): Promise<void> {
  if (response.socket !== null) return
  const { socket } = request
  const ahead = waiting.get(socket) ?? 0
  if (ahead >= maxWaiting) socket.destroy()
  waiting.set(socket, ahead + 1)
  await once(response, 'socket')
  waiting.set(socket, (waiting.get(socket) ?? 1) - 1)
}
