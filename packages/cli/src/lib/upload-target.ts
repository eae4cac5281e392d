import { CliError } from './errors.ts'

const usage = 'wx-upload put FILE... URL'

/** What to upload, and where to. */
export interface UploadTarget {
  readonly files: readonly string[]
  readonly url: URL
}

/** Tells the address, which comes last, from the files; with a list of files there may be none before it. */
export function splitTarget(
  filesAndUrl: readonly string[],
  { hasList = false }: { hasList?: boolean } = {},
): UploadTarget {
  const files = filesAndUrl.slice(0, -1)
  const target = filesAndUrl.at(-1) ?? ''
  const early = files.find(isAddress)
  if (early !== undefined) {
    const rule = isAddress(target)
      ? 'only the last argument is an address'
      : 'the address goes last'
    throw new CliError('usage', `${rule}, and "${early}" is not the last: ${usage}`)
  }
  if (files.includes('')) throw new CliError('usage', `the name of a file is empty: ${usage}`)
  const url = parseUploadUrl(target)
  if (files.length === 0 && !hasList) {
    throw new CliError('usage', `no file is named before ${target}: ${usage}`)
  }
  return { files, url }
}

function isAddress(text: string): boolean {
  return /^https?:\/\//i.test(text)
}

/** Parses an absolute `http:` or `https:` address. */
function parseUploadUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  const guess = `http://${text}`
  const hint = looksLikeHost(text) && URL.canParse(guess) ? ` (did you mean ${guess}?)` : ''
  throw new CliError(
    'usage',
    `the last argument says where to upload to, and "${text}" is not an http:// or https:// address${hint}`,
  )
}

/** Whether a text begins with localhost, a host and its port, or a host of several labels and a path. */
function looksLikeHost(text: string): boolean {
  return /^(?:localhost(?=[:/]|$)|[\w.-]+:\d|[\w-]+(?:\.[\w-]+)+\/)/.test(text)
}
