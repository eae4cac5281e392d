import type { ServerResponse } from 'node:http'
import { maxDelayMs } from '../receive/start-timer.ts'

/** Answers with a value as JSON. A client that takes nothing for `idleTimeMs` is let go. */
export function sendJson(response: ServerResponse, value: unknown, idleTimeMs: number): void {
  const body = Buffer.from(JSON.stringify(value))
  response.setHeader('Content-Type', 'application/json; charset=utf-8')
  response.setHeader('Content-Length', body.length)
  response.setHeader('X-Content-Type-Options', 'nosniff')
  // A client that takes nothing holds the memory.
  response.setTimeout(Math.min(idleTimeMs, maxDelayMs), () => response.destroy())
  response.end(body)
}
