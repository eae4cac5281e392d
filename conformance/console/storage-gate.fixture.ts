import { wrapUploads, type Storage } from '@wx-upload/receiver'

/** A storage that takes nothing while its gate is closed: whoever sends has to wait. */
export interface GatedStorage {
  readonly storage: Storage
  close(): void
  open(): void
}

/** Puts a gate, which is open, before what a storage writes. */
export function gateStorage(inner: Storage): GatedStorage {
  let passage = Promise.resolve()
  let open = (): void => undefined
  const storage = wrapUploads(inner, (upload) => ({
    createFile(sentName) {
      const file = upload.createFile(sentName)
      return {
        storedAs: file.storedAs,
        async write(chunks) {
          await passage
          await file.write(chunks)
        },
        async end() {
          await passage
          await file.end()
        },
      }
    },
    seal: (draft) => upload.seal(draft),
    discard: () => upload.discard(),
  }))
  return {
    storage,
    close() {
      passage = new Promise((resolve) => (open = resolve))
    },
    open: () => open(),
  }
}
