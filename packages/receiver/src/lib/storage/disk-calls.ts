import {
  close,
  closeSync,
  mkdir,
  mkdirSync,
  open,
  openSync,
  rename,
  renameSync,
  writev,
  writevSync,
} from 'node:fs'
import { promisify } from 'node:util'

/** The system calls that store an upload. */
export interface DiskCalls {
  /** Opens a file that is not there yet. */
  create(path: string): number | Promise<number>
  /** Writes some of the chunks; returns how many bytes. */
  write(descriptor: number, chunks: readonly Uint8Array[]): number | Promise<number>
  close(descriptor: number): void | Promise<void>
  /** Makes a folder whose parent is there. */
  createFolder(path: string): void | Promise<void>
  rename(from: string, to: string): void | Promise<void>
}

// 'wx': a name is new in its folder, so anything that is there is not ours to write through.
const newFile = 'wx'

// The callback API with plain descriptors: a FileHandle costs more than the write of a small file.
const openFile = promisify(open)
const writeChunks = promisify(writev)
const makeFolder = promisify(mkdir)
const move = promisify(rename)

/** Calls in the thread pool: a disk that is slow stops nobody but its upload. */
export const pooledCalls: DiskCalls = {
  create: (path) => openFile(path, newFile),
  write: async (descriptor, chunks) => (await writeChunks(descriptor, chunks)).bytesWritten,
  close: promisify(close),
  createFolder: (path) => makeFolder(path),
  rename: move,
}

const smallWriteBytes = 64 * 1024

/**
 * Calls in this thread, but for large writes. Without flushes they touch the system's cache alone, and waking a thread for
 * each of the eight that a small upload takes costs several times what they do.
 */
const directCalls: DiskCalls = {
  create: (path) => openSync(path, newFile),
  write(descriptor, chunks) {
    const sizeBytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
    return sizeBytes > smallWriteBytes
      ? pooledCalls.write(descriptor, chunks)
      : writevSync(descriptor, chunks)
  },
  close: closeSync,
  createFolder: (path) => mkdirSync(path),
  rename: renameSync,
}

/**
 * As {@link directCalls}, but what makes and moves folders is left to the thread pool: it takes as long as everything else that a
 * small upload asks of the disk, and whoever has other uploads to go on with need not wait for it.
 */
const mixedCalls: DiskCalls = {
  ...directCalls,
  createFolder: (path) => makeFolder(path),
  rename: move,
}

/** From so many other uploads on it is worth the two trips: an upload alone takes a third longer with them, of three none does. */
const manyOthers = 2

/** The calls for an upload, by whether it is flushed to the disk, and how many others are under way. */
export function chooseCalls({
  durable,
  others,
}: {
  readonly durable: boolean
  readonly others: number
}): DiskCalls {
  if (durable) return pooledCalls
  return others < manyOthers ? directCalls : mixedCalls
}
