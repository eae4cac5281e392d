import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { create as createContentDisposition } from 'content-disposition'
import fresh from 'fresh'
import parseRange from 'range-parser'
import { ReceiverError, storageError, systemErrorCode } from '../problem/errors.ts'
import { maxDelayMs } from '../receive/start-timer.ts'
import type { Storage, StoredFile } from '../storage/storage.ts'

// [R-07] Even what a browser shows runs nothing, and belongs to no origin.
const contentSecurityPolicy =
  "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"

// Types that a browser neither shows nor runs, so that a program that fetches the file may know what it is.
const inertTypes = new Set([
  'application/json',
  'application/pdf',
  'application/zip',
  'application/gzip',
  'text/csv',
])

// A removed upload must not live on in a cache.
const cacheControl = 'private, no-cache'

/** Which file of which upload is asked for. */
export interface FileRequest {
  readonly storage: Storage
  readonly id: string
  readonly index: number
  readonly file: StoredFile
  /** How long a client may take nothing. [R-04] */
  readonly idleTimeMs: number
  /** Ends an answer that is under way when it aborts. [R-10] */
  readonly signal: AbortSignal
  /** Bytes are on their way to the client. */
  readonly onBytes: (sizeBytes: number) => void
}

/** [R-07] Serves a stored file: whole, in part, or not at all where the client has it. */
export async function serveFile(
  exchange: { request: IncomingMessage; response: ServerResponse },
  { storage, id, index, file, idleTimeMs, signal, onBytes }: FileRequest,
): Promise<void> {
  const { request, response } = exchange
  // Without a checksum the address does it: what it names never changes.
  const etag = `"${file.sha256 ?? `${id}-${index}`}"`
  // Not all headers: to `fresh`, a client that wants no cached answer has no file either.
  if (fresh({ 'if-none-match': request.headers['if-none-match'] }, { etag })) {
    response.writeHead(304, { ETag: etag, 'Cache-Control': cacheControl }).end()
    return
  }
  const range = requestedRange(request, { size: file.size, etag })
  const { start, end } = range ?? { start: 0, end: Math.max(file.size - 1, 0) }
  // Before any header, and for HEAD as well: the answer to a file that cannot be read is about something else.
  const content = await storage.read(id, { file, start, end })
  setFileHeaders(response, file)
  response.setHeader('ETag', etag)
  if (range !== undefined) {
    response.statusCode = 206
    response.setHeader('Content-Range', `bytes ${range.start}-${range.end}/${file.size}`)
  }
  response.setHeader('Content-Length', Math.min(end - start + 1, file.size))
  if (request.method === 'HEAD') {
    content.destroy()
    response.end()
    return
  }
  // [R-04] A client that takes nothing holds the file open.
  response.setTimeout(Math.min(idleTimeMs, maxDelayMs), cut)
  signal.addEventListener('abort', cut)
  content.on('data', (chunk: Buffer) => onBytes(chunk.length))
  try {
    await pipeline(content, response)
  } catch (error) {
    // A client may leave whenever it likes; pipeline has destroyed both streams.
    if (systemErrorCode(error) === 'ERR_STREAM_PREMATURE_CLOSE') return
    throw storageError(error, `Reading the file ${file.storedAs}`)
  } finally {
    signal.removeEventListener('abort', cut)
  }

  function cut(): void {
    response.destroy()
  }
}

function setFileHeaders(response: ServerResponse, file: StoredFile): void {
  const { type, disposition, usableBy } = safePresentation(file.type)
  response.setHeader('Content-Type', type)
  response.setHeader(
    'Content-Disposition',
    createContentDisposition(file.storedAs, { type: disposition }),
  )
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('Content-Security-Policy', contentSecurityPolicy)
  response.setHeader('Cross-Origin-Resource-Policy', usableBy)
  response.setHeader('Accept-Ranges', 'bytes')
  response.setHeader('Cache-Control', cacheControl)
}

/** How a file is handed to a browser. */
interface Presentation {
  /** Never one that a browser takes for a script or a style sheet, whatever page asks for it. */
  readonly type: string
  readonly disposition: 'inline' | 'attachment'
  /** Whose pages may show it: an app's own are of another origin than its server. */
  readonly usableBy: 'cross-origin' | 'same-origin'
}

/** How a file of this type may be handed to a browser: what could run in it goes out as bytes to be saved. */
function safePresentation(sentType: string): Presentation {
  const [, essence = ''] =
    /^\s*([\w!#$&^.+-]+\/[\w!#$&^.+-]+)\s*(?:;|$)/.exec(sentType.toLowerCase()) ?? []
  if (essence === 'text/plain') {
    return { type: 'text/plain; charset=utf-8', disposition: 'inline', usableBy: 'same-origin' }
  }
  // An SVG is a document with scripts.
  if (
    /^(?:image|audio|video)\//.test(essence) &&
    !essence.includes('xml') &&
    !essence.includes('svg')
  ) {
    return { type: essence, disposition: 'inline', usableBy: 'cross-origin' }
  }
  const type = inertTypes.has(essence) ? essence : 'application/octet-stream'
  return { type, disposition: 'attachment', usableBy: 'same-origin' }
}

interface ByteRange {
  readonly start: number
  readonly end: number
}

/** [RFC 9110 §14] The one range that is asked for; undefined for the whole file. Throws where there is no such range. */
function requestedRange(
  request: IncomingMessage,
  { size, etag }: { size: number; etag: string },
): ByteRange | undefined {
  // [RFC 9110 §14.2] GET alone has ranges.
  if (request.method !== 'GET') return undefined
  const { range, 'if-range': ifRange } = request.headers
  if (range === undefined || (ifRange !== undefined && ifRange !== etag)) return undefined
  const ranges = parseRange(size, range)
  if (ranges === -1) {
    throw new ReceiverError(
      'range-not-satisfiable',
      `Reading ${range}: the file has ${size} bytes`,
      {
        headers: { 'Content-Range': `bytes */${size}` },
      },
    )
  }
  // A header that is no range, or names many, may be ignored: the whole file is the answer.
  if (ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return undefined
  return ranges[0]
}
