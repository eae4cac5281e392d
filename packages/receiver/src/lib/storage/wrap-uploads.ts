import type { PendingUpload, Storage } from './storage.ts'

/** A storage whose uploads are what `wrap` makes of them: for hosts that count, watch or hold back what is written. */
export function wrapUploads(
  storage: Storage,
  wrap: (upload: PendingUpload) => PendingUpload,
): Storage {
  return {
    open: () => storage.open(),
    check: () => storage.check(),
    createUpload: () => wrap(storage.createUpload()),
    publish: (sealed) => storage.publish(sealed),
    list: (page) => storage.list(page),
    get: (id) => storage.get(id),
    read: (id, options) => storage.read(id, options),
    remove: (id) => storage.remove(id),
    claim: (name, text) => storage.claim(name, text),
    readClaim: (name) => storage.readClaim(name),
    releaseClaim: (name) => storage.releaseClaim(name),
    sweep: () => storage.sweep(),
  }
}
