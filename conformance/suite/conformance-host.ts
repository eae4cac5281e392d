/** What is to become of an upload, as a caller of `wx.uploadFile` writes it. */
export type UploadOption = Readonly<Record<string, unknown>>

/** A file that a case uploads. */
export interface FileContent {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** With its extension. */
  readonly name: string
  /** Such as `image/jpeg`. */
  readonly type: string
}

/** Somebody's `wx.uploadFile`, and how it is given files. Whatever else it does, right or wrong, is its own. */
export interface ConformanceHost {
  /** The function under test, as its users call it, whatever its types say: the cases give it what they like. */
  readonly uploadFile: (option: never) => unknown
  /** Makes a file that {@link uploadFile} takes. Resolves with its path: what the host's own file choosers would give. */
  readonly tempFile: (file: FileContent) => Promise<string>
  /** Makes a path as {@link tempFile} does, whose file is there no more. */
  readonly goneFile: () => Promise<string>
  /** Whether it runs in a page, whose browser sets Referer and shows nobody a cookie that is set. Default false. */
  readonly isInPage?: boolean
}
