import { performance } from 'node:perf_hooks'
import { ReceiverError, type ProblemCode } from '../problem/errors.ts'
import type { PendingFile, PendingUpload, Storage } from '../storage/storage.ts'

/** What is called of a storage, under the names of its port. */
export type StorageOperation =
  | Exclude<keyof Storage, 'createUpload'>
  | Exclude<keyof PendingUpload, 'createFile'>
  | Exclude<keyof PendingFile, 'storedAs'>

/** Is told of each call of a storage. */
export interface StorageObserver {
  /** A call has ended, one way or the other. */
  onCall(operation: StorageOperation, durationMs: number): void
  /** A call has failed, or the stream that it gave. */
  onError(operation: StorageOperation, code: ProblemCode): void
}

/** The same storage; of each of its calls somebody is told. */
export function createMeasuredStorage(storage: Storage, observer: StorageObserver): Storage {
  // Whoever waits for the call waits for nothing else: a small upload makes four.
  function measure<T>(operation: StorageOperation, makeCall: () => Promise<T>): Promise<T> {
    const startedAt = performance.now()
    const call = makeCall()
    const end = (): void => observer.onCall(operation, performance.now() - startedAt)
    call.then(end, (error: unknown) => {
      fail(operation, error)
      end()
    })
    return call
  }

  function fail(operation: StorageOperation, error: unknown): void {
    observer.onError(operation, error instanceof ReceiverError ? error.code : 'internal')
  }

  function measureUpload(upload: PendingUpload): PendingUpload {
    return {
      createFile: (sentName) => measureFile(upload.createFile(sentName)),
      seal: (draft) => measure('seal', () => upload.seal(draft)),
      discard: () => measure('discard', () => upload.discard()),
    }
  }

  function measureFile(file: PendingFile): PendingFile {
    return {
      storedAs: file.storedAs,
      write: (chunks) => measure('write', () => file.write(chunks)),
      end: () => measure('end', () => file.end()),
    }
  }

  return {
    open: () => measure('open', () => storage.open()),
    check: () => measure('check', () => storage.check()),
    createUpload: () => measureUpload(storage.createUpload()),
    publish: (sealed) => measure('publish', () => storage.publish(sealed)),
    list: (page) => measure('list', () => storage.list(page)),
    get: (id) => measure('get', () => storage.get(id)),
    async read(id, options) {
      const content = await measure('read', () => storage.read(id, options))
      content.once('error', (error) => fail('read', error))
      return content
    },
    remove: (id) => measure('remove', () => storage.remove(id)),
    claim: (name, text) => measure('claim', () => storage.claim(name, text)),
    readClaim: (name) => measure('readClaim', () => storage.readClaim(name)),
    releaseClaim: (name) => measure('releaseClaim', () => storage.releaseClaim(name)),
    sweep: () => measure('sweep', () => storage.sweep()),
  }
}
