import type { Storage } from '@wx-upload/receiver'

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
  const storage: Storage = {
    open: () => inner.open(),
    list: (page) => inner.list(page),
    get: (id) => inner.get(id),
    read: (id, options) => inner.read(id, options),
    remove: (id) => inner.remove(id),
    createUpload() {
      const upload = inner.createUpload()
      return {
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
        commit: (draft) => upload.commit(draft),
        discard: () => upload.discard(),
      }
    },
  }
  return {
    storage,
    close() {
      passage = new Promise((resolve) => (open = resolve))
    },
    open: () => open(),
  }
}
