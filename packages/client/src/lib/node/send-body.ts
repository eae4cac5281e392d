import type { Writable } from 'node:stream'
import { performance } from 'node:perf_hooks'
import type { EncodedMultipart } from '@wx-upload/multipart'
import type { NodeFile } from './open-file.ts'

/** How much is read at once. Two such buffers are all the memory that a body takes. [U-15] */
const bufferBytes = 1024 * 1024

/**
 * Writes grow while the connection takes them quickly, for speed, and shrink when it does not, for then
 * progress should still move. [U-23] The first one fits in the window that an HTTP/2 server has by default.
 */
const smallestWriteBytes = 16 * 1024
const firstWriteBytes = 32 * 1024
const quickWriteMs = 10
const slowWriteMs = 50

export interface SendBodyOptions {
  readonly body: EncodedMultipart<NodeFile>
  /** Called with the bytes, in all, that the operating system has taken. */
  readonly onSent: (bytes: number) => void
  /** Settles when the request is over, or has been answered: then nothing more is sent. [U-18] */
  readonly end: Promise<unknown>
}

/**
 * Sends a body: while one buffer is written the next one is read.
 *
 * Resolves when all has been taken or `end` has settled, and no read is left.
 *
 * @throws {UploadError} where a file cannot be read or has changed; its last bytes are not sent then [U-16]
 */
export async function sendBody(
  target: Writable,
  { body, onSent, end }: SendBodyOptions,
): Promise<void> {
  const { contentLength } = body
  if (contentLength === 0) {
    // A file alone may be empty; its request ends all the same.
    target.end()
    return
  }
  const read = createBodyReader(body)
  const writer = createWriter(target, end)
  const allocate = (): Buffer => allocateBuffer(Math.min(bufferBytes, contentLength) + 1)
  let current = allocate()
  let reading = read(current)
  let spare: Buffer | undefined
  for (let sent = 0; !writer.isOver();) {
    const ready = current.subarray(0, await reading)
    const isLast = sent + ready.length === contentLength
    if (!isLast) {
      spare ??= allocate()
      reading = read(spare)
      // Looked at when its turn comes; until then it is nobody's unhandled rejection.
      reading.catch(() => undefined)
    }
    for (let offset = 0; offset < ready.length && !writer.isOver();) {
      const piece = ready.subarray(offset, offset + writer.pieceBytes())
      offset += piece.length
      await writer.write(piece, isLast && offset === ready.length)
      if (!writer.isOver()) onSent((sent += piece.length))
    }
    if (isLast) return
    const taken = current
    current = spare ?? taken
    spare = taken
  }
  await reading.catch(() => undefined)
}

/** What small bodies have their buffers from: memory of their own takes longer to get, and to give back, than to be filled. */
const slabBytes = 64 * 1024
let slab = Buffer.alloc(0)

function allocateBuffer(sizeBytes: number): Buffer {
  if (sizeBytes > slabBytes / 4) return Buffer.allocUnsafe(sizeBytes)
  if (sizeBytes > slab.length) slab = Buffer.allocUnsafeSlow(slabBytes)
  const buffer = slab.subarray(0, sizeBytes)
  slab = slab.subarray(sizeBytes)
  return buffer
}

/**
 * To be called before a body is sent again.
 *
 * @throws {UploadError} `file-changed` where a file of it is no longer what was opened [U-16]
 */
export async function assertUnchanged({ segments }: EncodedMultipart<NodeFile>): Promise<void> {
  for (const segment of segments) {
    if (!(segment instanceof Uint8Array)) await segment.assertUnchanged()
  }
}

type ReadBody = (target: Uint8Array) => Promise<number>

/** Reads a body from front to end, each time as much as there is room for: the last byte is for {@link NodeFile.readFully}. */
function createBodyReader({ segments }: EncodedMultipart<NodeFile>): ReadBody {
  let index = 0
  let offset = 0

  return async (target) => {
    let filled = 0
    for (let segment = segments[index]; segment !== undefined; segment = segments[index]) {
      const size = segment instanceof Uint8Array ? segment.length : segment.size
      const length = Math.min(size - offset, target.length - 1 - filled)
      if (segment instanceof Uint8Array)
        target.set(segment.subarray(offset, offset + length), filled)
      else await segment.readFully(target.subarray(filled, filled + length + 1), offset)
      filled += length
      offset += length
      if (offset < size) break
      if (!(segment instanceof Uint8Array)) await segment.assertUnchanged()
      index += 1
      offset = 0
    }
    return filled
  }
}

interface BodyWriter {
  /** How much to write at once. */
  pieceBytes(): number
  /** Resolves when the operating system has taken the piece, or nothing more is to be sent. */
  write(piece: Buffer, isLast: boolean): Promise<void>
  /** Whether nothing more is to be sent. */
  isOver(): boolean
}

function createWriter(target: Writable, end: Promise<unknown>): BodyWriter {
  let pieceBytes = firstWriteBytes
  let hasEnded = false
  let giveUp: (() => void) | undefined
  const stop = (): void => {
    hasEnded = true
    giveUp?.()
  }
  end.then(stop, stop)

  function adapt(tookMs: number): void {
    if (tookMs < quickWriteMs) pieceBytes = Math.min(pieceBytes * 2, bufferBytes)
    else if (tookMs > slowWriteMs) pieceBytes = Math.max(pieceBytes / 2, smallestWriteBytes)
  }

  return {
    pieceBytes: () => pieceBytes,
    write: (piece, isLast) =>
      new Promise((resolve) => {
        // A write to a connection that is gone may never complete: see agents.ts.
        giveUp = resolve
        const beganAtMs = performance.now()
        target.write(piece, (error) => {
          if (error) return
          adapt(performance.now() - beganAtMs)
          resolve()
        })
        if (isLast) target.end()
      }),
    isOver: () => hasEnded,
  }
}
