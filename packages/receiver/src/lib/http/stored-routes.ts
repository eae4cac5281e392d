import type { IncomingMessage, ServerResponse } from 'node:http'
import { ReceiverError } from '../problem/errors.ts'
import type { Storage, UploadRecord } from '../storage/storage.ts'
import { isUploadId } from '../storage/upload-id.ts'
import { FewAtOnce } from './few-at-once.ts'
import type { ReceiverLog } from './receiver-log.ts'
import { requestIdOf } from './request-id.ts'
import type { Exchange, RouteHandler } from './router.ts'
import { sendJson } from './send-json.ts'
import { serveFile } from './serve-file.ts'
import { describeListed } from './upload-answer.ts'

/** What the routes of stored uploads need to know. */
export interface StoredRoutesOptions {
  readonly storage: Storage
  /** How long a client may take nothing of an answer. */
  readonly idleTimeMs: number
  readonly log: ReceiverLog
  /** The url at which a request found the receiver. */
  readonly baseOf: (request: IncomingMessage) => string
  /** Ends the downloads under way when it aborts. */
  readonly signal: AbortSignal
  readonly onRemoved: (id: string) => void
  readonly onServedBytes: (sizeBytes: number) => void
}

/** The routes of what is stored. */
export type StoredRoutes = Readonly<Record<'list' | 'get' | 'remove' | 'getFile', RouteHandler>>

const defaultPage = 50
const maxPage = 1000
// More would not be faster, and would keep uploads from the disk.
const pagesAtOnce = 2

/** Makes the routes that list uploads, tell of one, remove it, and serve its files. */
export function createStoredRoutes(options: StoredRoutesOptions): StoredRoutes {
  const { storage, idleTimeMs, log, baseOf, signal, onRemoved, onServedBytes } = options

  const listing = new FewAtOnce(pagesAtOnce)

  async function list({ request, response, query }: Exchange): Promise<void> {
    const page = {
      limit: pageSize(query.get('limit')),
      before: pageStart(query.get('before')),
      signal: goneSignal(response),
    }
    const { uploads, next, damaged } = await listing.run(() => storage.list(page))
    const requestId = requestIdOf({ request, response })
    for (const { id, reason } of damaged)
      log.warn({ requestId, id, reason }, 'an upload with a damaged record is not listed')
    const base = baseOf(request)
    sendJson(
      response,
      { uploads: uploads.map((record) => describeListed(record, base)), next },
      idleTimeMs,
    )
  }

  async function get({ request, response, params }: Exchange): Promise<void> {
    sendJson(response, describeListed(await find(params.id), baseOf(request)), idleTimeMs)
  }

  async function remove({ response, params }: Exchange): Promise<void> {
    if (!(await storage.remove(params.id))) throw noUpload(params.id)
    onRemoved(params.id)
    response.writeHead(204).end()
  }

  async function getFile(exchange: Exchange): Promise<void> {
    const { id, n } = exchange.params
    const record = await find(id)
    const index = /^\d{1,9}$/.test(n) ? Number(n) : -1
    const file = record.files[index]
    if (file === undefined) {
      throw new ReceiverError(
        'not-found',
        `Reading file ${n}: the upload has ${record.files.length} files, from 0`,
      )
    }
    await serveFile(exchange, {
      storage,
      id,
      index,
      file,
      idleTimeMs,
      signal,
      onBytes: onServedBytes,
    })
  }

  async function find(id: string): Promise<UploadRecord> {
    const record = await storage.get(id)
    if (record === undefined) throw noUpload(id)
    return record
  }

  return { list, get, remove, getFile }
}

function pageSize(text: string | null): number {
  if (text === null) return defaultPage
  const size = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (size >= 1 && size <= maxPage) return size
  throw new ReceiverError(
    'malformed',
    `Listing: limit should be 1 to ${maxPage} instead of ${JSON.stringify(text)}`,
  )
}

function pageStart(text: string | null): string | undefined {
  if (text === null) return undefined
  if (isUploadId(text)) return text
  throw new ReceiverError(
    'malformed',
    `Listing: before should be an id instead of ${JSON.stringify(text)}`,
  )
}

/** Aborts when the client has left. */
function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController()
  if (response.destroyed) gone.abort()
  else response.once('close', () => gone.abort())
  return gone.signal
}

function noUpload(id: string): ReceiverError {
  return new ReceiverError('not-found', `There is no upload ${JSON.stringify(id)}`)
}
