/** A file of an upload, as the server lists it. */
export interface StoredFile {
  /** The form field's name. */
  readonly field: string
  readonly name: string
  readonly type: string
  /** Bytes. */
  readonly size: number
  /** Hexadecimal; null where the server was told not to compute it. */
  readonly sha256: string | null
  /** Where clients get the file; the server's public url, which need not be this page's origin. */
  readonly url: string
}

/** An upload, as the server lists it. */
export interface StoredUpload {
  /** A ULID: ids sort by the time at which uploads became visible. */
  readonly id: string
  /** ISO 8601 in UTC. */
  readonly receivedAt: string
  readonly files: readonly StoredFile[]
  /** The form fields; an array where a name came more than once. */
  readonly fields: Readonly<Record<string, string | readonly string[]>>
}

/** One page of the server's list, newest first. */
export interface StoredPage {
  readonly uploads: readonly StoredUpload[]
  /** What to ask for as `before`; null on the last page. */
  readonly next: string | null
}

/** Where this page gets a file of an upload: its own origin, whatever address the server tells clients. */
export function filePath(id: string, index: number): string {
  return `/uploads/${id}/files/${index}`
}
