import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Plan } from '../suite/server-protocol.ts'
import type { RecordedUploads } from './recorded-uploads.ts'

/** What a plan can say. */
export const plannedDeeds: readonly Plan['does'][] = [
  'answer',
  'answer-early',
  'hold',
  'hold-body',
  'cut',
  'cut-chunks',
  'reset',
  'redirect',
]

/** An upload that has begun to arrive. */
export interface ArrivingUpload {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly plan: Plan
  readonly uploads: RecordedUploads
}

// Else a browser waits for more of the body, to see what it is, before it tells of the headers.
const unsniffed = { 'Content-Type': 'text/plain', 'X-Content-Type-Options': 'nosniff' }

/** Does with an upload what its plan says. */
export async function meetUpload(upload: ArrivingUpload): Promise<void> {
  const { req, res, plan, uploads } = upload
  const { whole } = uploads.record(req, res)
  if (plan.does === 'answer-early') {
    answer(upload)
    return
  }
  if (req.headers.expect !== undefined) res.writeContinue()
  await whole
  switch (plan.does) {
    case 'answer':
      answer(upload)
      break
    case 'hold':
      await uploads.released
      answer(upload)
      break
    case 'hold-body': {
      const [first = '', ...rest] = plan.body ?? 'ok'
      res.writeHead(plan.status ?? 200, unsniffed).write(first)
      await uploads.released
      res.end(rest.join(''))
      break
    }
    case 'cut':
      res.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': 1000 })
      res.write('short', () => res.destroy())
      break
    case 'cut-chunks':
      res.writeHead(200, { 'Content-Type': 'text/plain' })
      res.write('short', () => res.destroy())
      break
    case 'reset':
      req.socket.resetAndDestroy()
      break
    case 'redirect': {
      const target = new URLSearchParams({ plan: JSON.stringify({ does: 'answer' }) }).toString()
      res.writeHead(307, { Location: `?${target}` }).end()
      break
    }
    default:
      plan.does satisfies never
  }
}

function answer({ res, plan: { status = 200, header = [], body = 'ok' } }: ArrivingUpload): void {
  res.statusCode = status
  // [RFC 9110 §15] These have no body.
  const hasBody = status !== 204 && status !== 304
  if (hasBody) res.setHeader('Content-Type', 'text/plain; charset=utf-8')
  const repeated = new Map<string, string[]>()
  for (const [name, value] of header) repeated.set(name, [...(repeated.get(name) ?? []), value])
  for (const [name, values] of repeated) {
    const [only = '', ...others] = values
    res.setHeader(name, others.length === 0 ? only : values)
  }
  res.end(hasBody ? body : undefined)
}
