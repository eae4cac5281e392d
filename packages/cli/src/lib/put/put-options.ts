/** How many files are sent at once where `--concurrency` does not say: as many as `wx.uploadFile` sends. [U-19] */
export const defaultConcurrency = 10

/** How often `--retry` tries again where it does not say. */
export const defaultRetries = 3

/** The options of `wx-upload put`, parsed. */
export interface PutOptions {
  /** Key of the file in the form. */
  readonly name: string
  readonly form: Readonly<Record<string, string>>
  readonly header: Readonly<Record<string, string>>
  readonly timeout?: number
  /** How often to try again. */
  readonly retry?: number
  /** The file alone is the body of a `PUT`. */
  readonly put?: true
  readonly http2?: true
  readonly concurrency: number
  /** A list of files, or `-` for standard input. */
  readonly filesFrom?: string
  /** Where the list of what was not uploaded is written. */
  readonly failedTo?: string
  /** Whether names in these lists end with a NUL. */
  readonly null?: true
  readonly json?: true
  readonly quiet?: true
  readonly ca?: string
  readonly insecure?: true
}

/** The same as they were given: `--retry` may say no number. */
export type GivenPutOptions = Omit<PutOptions, 'retry'> & { readonly retry?: number | true }
