import type { IncomingMessage } from 'node:http'
import { createMultipartParser, MultipartError, parseBoundary } from '@wx-upload/multipart'
import { limitError, ReceiverError } from '../problem/errors.ts'
import type { ClaimName, Storage, UploadDraft } from '../storage/storage.ts'
import type { CheckedFile, FileTypeCheck, TypeRule } from '../types/file-type-check.ts'
import { commitUpload, type CommittedUpload } from './commit-upload.ts'
import { GatheredWriter } from './gathered-writer.ts'
import { keyClaimOf } from './idempotency-key.ts'
import type { Limits } from './limits.ts'
import { multipartProblem, parserLimits } from './parser-limits.ts'
import { UploadParts } from './upload-parts.ts'
import type { UploadPlace } from './upload-places.ts'
import { UploadTicket } from './upload-ticket.ts'
import { Watchdog } from './watchdog.ts'
import type { WriteRoom } from './write-room.ts'

/** Is told what arrives of an upload. */
export interface UploadObserver {
  /** Bytes of the body have come. Called for every chunk. */
  onBytes(sizeBytes: number): void
  /** A file begins. */
  onFile(sentName: string): void
}

/** How to receive one upload. */
export interface ReceiveUploadOptions {
  readonly storage: Storage
  readonly limits: Limits
  readonly checksum: 'sha256' | 'none'
  /** What files may be; several rules hold at once. */
  readonly typeRules: readonly TypeRule[]
  /** What tickets are signed with, by name; undefined where an upload needs none. */
  readonly ticketSecrets: ReadonlyMap<string, Buffer> | undefined
  /** What it takes of the room for all. Whoever gave it has it left. */
  readonly place: UploadPlace
  /** Where it gathers what it writes, with all others. */
  readonly room: WriteRoom
  /** Ends the upload wherever it is; the reason is the failure. */
  readonly signal: AbortSignal
  /** Called with what could not be removed after a failure; the storage sweeps it later. */
  readonly onLeftover: (error: unknown) => void
  readonly observer: UploadObserver
}

/** An upload that has become visible. */
export interface ReceivedUpload extends CommittedUpload {
  /** Bytes of all files. */
  readonly sizeBytes: number
}

/**
 * Reads one upload from a request into the storage. Resolves when it is visible there. Rejects with a ReceiverError when
 * nothing of it is left; the rest of the body is then unread and nobody listens to the request any more.
 */
export async function receiveUpload(
  request: IncomingMessage,
  options: ReceiveUploadOptions,
): Promise<ReceivedUpload> {
  const { storage, limits, ticketSecrets: secrets } = options
  const key = keyClaimOf(request)
  const ticket =
    secrets === undefined
      ? undefined
      : new UploadTicket({ secrets, storage, limits, key, declaredSize: declaredSize(request) })
  await ticket?.readHeader(request)
  const boundary = readBoundary(request)
  checkTransferCoding(request)
  checkDeclaredSize(request, limits)
  const checkType = canHaveRules(options) ? await loadTypeCheck() : undefined
  return await new Promise((resolve, reject) => {
    receiveBody({ request, boundary, key, ticket, checkType, resolve, reject, ...options })
  })
}

type CheckType = (file: CheckedFile) => FileTypeCheck

/** Whether files may have rules: a ticket brings its own, perhaps in a field. */
function canHaveRules({ typeRules, ticketSecrets }: ReceiveUploadOptions): boolean {
  return typeRules.length > 0 || ticketSecrets !== undefined
}

/** What knows all types takes 9 MB and some 50 ms to load: the first upload that needs it has it loaded. */
async function loadTypeCheck(): Promise<CheckType> {
  const { FileTypeCheck } = await import('../types/file-type-check.ts')
  return (file) => new FileTypeCheck(file)
}

interface ReceiveBodyOptions extends ReceiveUploadOptions {
  readonly request: IncomingMessage
  readonly boundary: string
  readonly key: ClaimName | undefined
  readonly ticket: UploadTicket | undefined
  readonly checkType: CheckType | undefined
  readonly resolve: (received: ReceivedUpload) => void
  readonly reject: (error: unknown) => void
}

function receiveBody(options: ReceiveBodyOptions): void {
  const { request, boundary, key, ticket, storage, limits, place, room, signal, observer } = options
  const { onLeftover } = options
  const upload = storage.createUpload()
  const writer = new GatheredWriter({ room, onDrain, onError: exit })
  const parts = new UploadParts({
    upload,
    writer,
    checksum: options.checksum,
    fieldsSizeBytes: limits.fieldsSizeBytes,
    gate: ticket?.gate,
    typeRules: options.typeRules,
    checkType: options.checkType,
    onFile: (sentName) => observer.onFile(sentName),
    onRefused: exit,
  })
  const parser = createMultipartParser({
    boundary,
    limits: parserLimits(limits),
    onPart: (part) => parts.onPart(part),
    onData: (chunk) => parts.onData(chunk),
    onPartEnd: () => parts.onPartEnd(),
  })
  const watchdog = new Watchdog(limits, {
    onExpire: exit,
    onRate: (bytesPerSecond) => place.measured(bytesPerSecond),
  })
  let receivedBytes = 0
  let exited = false

  request.on('data', onData)
  request.on('end', onEnd)
  request.on('error', onBreak)
  request.on('close', onBreak)
  signal.addEventListener('abort', onAbort)
  place.receive(exit)
  ticket?.whenUsed(exit)
  if (signal.aborted) onAbort()
  // While the ticket was looked up.
  else if (request.destroyed) onBreak()

  function onData(chunk: Buffer): void {
    receivedBytes += chunk.length
    observer.onBytes(chunk.length)
    if (receivedBytes > limits.totalSizeBytes) {
      exit(totalSizeError(limits))
      return
    }
    watchdog.received(chunk.length)
    try {
      parser.write(chunk)
    } catch (error) {
      exit(error)
      return
    }
    if (writer.isFull) {
      request.pause()
      watchdog.pause()
    }
  }

  function onDrain(): void {
    watchdog.resume()
    request.resume()
  }

  function onEnd(): void {
    detach()
    finish().then(commit, exit)
  }

  async function finish(): Promise<UploadDraft> {
    parser.end()
    ticket?.gate.finish()
    await ticket?.unused
    await writer.finish()
    return parts.draft()
  }

  function commit(draft: UploadDraft): void {
    // A file's type may be found wrong while an earlier one is still being written.
    if (exited) return
    commitUpload(upload, draft, { storage, key, ticket: ticket?.claim, onLeftover })
      .then(({ record, isRepeated }) => ({ record, isRepeated, sizeBytes: parts.filesSize }))
      .then(options.resolve, options.reject)
  }

  function onBreak(): void {
    exit(
      new ReceiverError(
        'aborted',
        `Receiving the upload: the connection broke after ${receivedBytes} bytes`,
      ),
    )
  }

  function onAbort(): void {
    exit(signal.reason)
  }

  function detach(): void {
    watchdog.stop()
    place.received()
    request.off('data', onData)
    request.off('end', onEnd)
    request.off('error', onBreak)
    request.off('close', onBreak)
    signal.removeEventListener('abort', onAbort)
  }

  // The one way out without an upload, from wherever it is.
  function exit(failure: unknown): void {
    if (exited) return
    exited = true
    detach()
    request.pause()
    parts.stop()
    cleanUp()
      .catch(onLeftover)
      .finally(() => {
        options.reject(failure instanceof MultipartError ? multipartProblem(failure) : failure)
      })
  }

  async function cleanUp(): Promise<void> {
    await writer.stop()
    await upload.discard()
  }
}

function readBoundary(request: IncomingMessage): string {
  try {
    return parseBoundary(request.headers['content-type'])
  } catch (error) {
    throw error instanceof MultipartError ? multipartProblem(error) : error
  }
}

/** [RFC 9112 §6.1] Node.js decodes chunks alone, leaves any other coding as it is, and knows none of HTTP/1.0. */
function checkTransferCoding({ headers, httpVersion }: IncomingMessage): void {
  const coding = headers['transfer-encoding']
  if (coding === undefined || (coding.toLowerCase() === 'chunked' && httpVersion !== '1.0')) return
  throw new ReceiverError(
    'malformed',
    `Receiving the upload: nothing is decoded from Transfer-Encoding ${JSON.stringify(coding)} in HTTP/${httpVersion}`,
  )
}

function checkDeclaredSize(request: IncomingMessage, limits: Limits): void {
  if ((declaredSize(request) ?? 0) > limits.totalSizeBytes) throw totalSizeError(limits)
}

/** The size of a request's body as its client announced it. */
export function declaredSize({ headers }: IncomingMessage): number | undefined {
  const length = headers['content-length']
  return length === undefined ? undefined : Number(length)
}

function totalSizeError({ totalSizeBytes: value }: Limits): ReceiverError {
  return limitError({ name: 'totalSizeBytes', value }, `the body is larger than ${value} bytes`)
}
