import { randomHex } from './random-hex.ts'

/** The files behind the temporary paths of one `wx`. An extension: on a phone the system keeps them. [U-27] */
export interface TempFiles<Source> {
  /** Keeps a file under a new temporary path, `wxfile://tmp_…`, which `uploadFile` takes. */
  add(file: Source): string
  /** The file behind a temporary path; undefined where it is not known, or not any more. */
  get(path: string): Source | undefined
  /** Lets go of one file, or without a path of all of them. Uploads under way go on; one that waits for its turn will not
   * find it. */
  release(path?: string): void
}

/** Of the paths of a phone. */
export const scheme = 'wxfile://'

/** Whether a path has the platform's scheme, so that it names nothing on this machine by itself. */
export function isTempPath(filePath: string): boolean {
  return filePath.startsWith(scheme)
}

/** Makes the keeper of one `wx`; `nameOf` gives a file's own name, whose extension its path keeps. */
export function createTempFiles<Source>(nameOf: (file: Source) => string): TempFiles<Source> {
  const files = new Map<string, Source>()
  return {
    add(file) {
      const [extension = ''] = /\.\w+$/.exec(nameOf(file)) ?? []
      const path = `${scheme}tmp_${randomHex()}${extension}`
      files.set(path, file)
      return path
    },
    get: (path) => files.get(path),
    release(path) {
      if (path === undefined) files.clear()
      else files.delete(path)
    },
  }
}

/** The name that a Blob has by itself; FormData's, where it has none. */
export function nameOfBlob(blob: Blob): string {
  return 'name' in blob && typeof blob.name === 'string' ? blob.name : 'blob'
}
