import {
  close,
  closeSync,
  mkdirSync,
  open,
  openSync,
  renameSync,
  writev,
  writevSync,
} from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
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

/** Calls in the thread pool: a disk that is slow stops nobody but its upload. */
export const pooledCalls: DiskCalls = {
  create: (path) => openFile(path, newFile),
  write: async (descriptor, chunks) => (await writeChunks(descriptor, chunks)).bytesWritten,
  close: promisify(close),
  createFolder: (path) => mkdir(path),
  rename,
}

const smallWriteBytes = 64 * 1024

/**
 * Calls in this thread, but for large writes. Without flushes they touch the system's cache alone, and waking a thread for
 * each of the eight that a small upload takes costs several times what they do.
 */
export const directCalls: DiskCalls = {
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
