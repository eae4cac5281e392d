import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  openSync,
  read,
  readSync,
} from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'

const readInPool = promisify(read)

/** Reads up to this size, with the byte that is to find nothing, are made in this thread. */
const smallReadBytes = 64 * 1024 + 1

/** What is asked of an open file. Throws or rejects with the system's errors. */
export interface FileCalls {
  stat(): BigIntStats | Promise<BigIntStats>
  /** Reads what is at `position` and after it into `target`; returns how many bytes. */
  read(target: Uint8Array, position: number): number | Promise<number>
  /** Waits for a read that is under way. */
  close(): Promise<void>
}

/**
 * Opens a file with plain calls, of which only large reads go to the thread pool: for a small file each of the six trips there takes
 * several times what the call does, and together they take as long as all the rest of its upload.
 */
export function openByDescriptor(path: string): FileCalls {
  // Non-blocking, for to open a FIFO would otherwise wait until somebody writes to it.
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  let reading: Promise<unknown> | undefined

  async function readLarge(target: Uint8Array, position: number): Promise<number> {
    const call = readInPool(descriptor, target, 0, target.length, position)
    reading = call
    return (await call).bytesRead
  }

  return {
    stat: () => fstatSync(descriptor, { bigint: true }),
    read: (target, position) =>
      target.length > smallReadBytes
        ? readLarge(target, position)
        : readSync(descriptor, target, 0, target.length, position),
    async close() {
      // Else it could read from whatever is opened next, under the same number.
      await reading?.catch(() => undefined)
      closeSync(descriptor)
    },
  }
}

/** The calls of a file that is open already. */
export function callsOf(handle: FileHandle): FileCalls {
  return {
    stat: () => handle.stat({ bigint: true }),
    read: async (target, position) =>
      (await handle.read(target, 0, target.length, position)).bytesRead,
    close: () => handle.close(),
  }
}
