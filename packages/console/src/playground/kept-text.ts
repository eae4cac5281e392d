/** What a person has made of the samples, kept until the tab is closed. */
export interface KeptText {
  /** The text of a sample as it was left; undefined where it is as it was given. */
  get(sampleId: string): string | undefined
  keep(sampleId: string, text: string): void
  forget(sampleId: string): void
  /** The sample that was open. */
  getOpen(): string | undefined
  setOpen(sampleId: string): void
}

const prefix = 'wx-upload-playground'
const openKey = `${prefix}:open`

/** Keeps it in `storage`; where that cannot be used, in memory alone. */
export function createKeptText(storage: () => Storage): KeptText {
  const memory = new Map<string, string>()

  // A browser may refuse to give the storage, to read, and to write: what is full is refused too.
  function attempt<T>(use: (storage: Storage) => T): T | undefined {
    try {
      return use(storage())
    } catch {
      return undefined
    }
  }

  function read(key: string): string | undefined {
    return memory.get(key) ?? attempt((kept) => kept.getItem(key)) ?? undefined
  }

  function write(key: string, value: string): void {
    memory.set(key, value)
    attempt((kept) => kept.setItem(key, value))
  }

  return {
    get: (sampleId) => read(keyOf(sampleId)),
    keep: (sampleId, text) => write(keyOf(sampleId), text),
    forget(sampleId) {
      memory.delete(keyOf(sampleId))
      attempt((kept) => kept.removeItem(keyOf(sampleId)))
    },
    getOpen: () => read(openKey),
    setOpen: (sampleId) => write(openKey, sampleId),
  }
}

function keyOf(sampleId: string): string {
  return `${prefix}:text:${sampleId}`
}
