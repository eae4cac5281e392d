import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  wrapUploads,
  type PendingFile,
  type PendingUpload,
  type Storage,
} from '@wx-upload/receiver'

/**
 * After so many bytes the chunks that carried them are collected: few enough that they are still young, for what has
 * grown old waits for a much longer collection.
 */
const collectAfterBytes = 4 * 1024 * 1024

/**
 * A storage after whose writes the memory of what was written is collected.
 *
 * Each chunk of a request is new memory, and V8 lets up to 64 MB of it lie: chunks are large, but the objects that stand
 * for them are few and small. Collected early, it is used again while the processor's caches have it; see decision 009.
 */
export function createCollectingStorage(storage: Storage): Storage {
  const collect = exposeYoungCollection()
  let uncollectedBytes = 0

  function afterWriting(chunks: readonly Uint8Array[]): void {
    uncollectedBytes += chunks.reduce((sum, chunk) => sum + chunk.length, 0)
    if (uncollectedBytes < collectAfterBytes) return
    uncollectedBytes = 0
    collect()
  }

  function watchFile(file: PendingFile): PendingFile {
    return {
      storedAs: file.storedAs,
      async write(chunks) {
        await file.write(chunks)
        afterWriting(chunks)
      },
      end: () => file.end(),
    }
  }

  function watchUpload(upload: PendingUpload): PendingUpload {
    return {
      createFile: (sentName) => watchFile(upload.createFile(sentName)),
      seal: (draft) => upload.seal(draft),
      discard: () => upload.discard(),
    }
  }

  return wrapUploads(storage, watchUpload)
}

/** V8's collection of young objects, a millisecond at most; it gives it out under a flag alone. */
function exposeYoungCollection(): () => void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  setFlagsFromString('--no-expose-gc')
  if (typeof collect !== 'function') return () => undefined
  return () => void Reflect.apply(collect, undefined, [{ type: 'minor' }])
}
