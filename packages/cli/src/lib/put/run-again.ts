import { quoteForShell, type Shell } from '../shell-quote.ts'
import { defaultConcurrency, type PutOptions } from './put-options.ts'
import type { Unsent } from './unsent-list.ts'

/** What the command is made for. */
export interface RunAgainOptions {
  /** How the command is called: `wx-upload`, or `npx wx-upload`. */
  readonly program: string
  readonly url: URL
  readonly options: PutOptions
  /** Whether what may be secret is left out, for `…` to be filled in: header and form values, and the query of the address. */
  readonly isPublic: boolean
  readonly shell?: Shell
}

/** The command line that uploads what has not been uploaded, in the same way, to be pasted into a shell. */
export function formatRunAgain(
  unsent: Extract<Unsent, { kind: 'names' | 'file' }>,
  { program, url, options, isPublic, shell }: RunAgainOptions,
): string {
  const hide = (value: string): string => (isPublic && value !== '' ? '…' : value)
  const words: string[] = []
  const add = (option: string, value: string | number | undefined): void => {
    if (value !== undefined) words.push(option, String(value))
  }
  const addIf = (option: string, isGiven: true | undefined): void => {
    if (isGiven) words.push(option)
  }
  add('--name', options.name === 'file' ? undefined : options.name)
  for (const [key, value] of Object.entries(options.form)) add('--form', `${key}=${hide(value)}`)
  for (const [name, value] of Object.entries(options.header))
    add('--header', `${name}: ${hide(value)}`)
  add('--timeout', options.timeout)
  add('--retry', options.retry)
  add('--concurrency', options.concurrency === defaultConcurrency ? undefined : options.concurrency)
  addIf('--http2', options.http2)
  addIf('--json', options.json)
  add('--ca', options.ca)
  addIf('--insecure', options.insecure)
  add('--failed-to', options.failedTo)
  if (unsent.kind === 'file') add('--files-from', unsent.file)
  const isNull =
    unsent.kind === 'file' ? unsent.isNull : options.failedTo !== undefined && options.null
  addIf('--null', isNull ? true : undefined)
  const names = unsent.kind === 'names' ? unsent.names.map(asOperand) : []
  const address = isPublic && url.search !== '' ? `${url.origin}${url.pathname}?…` : url.href
  return [
    program,
    'put',
    ...[...words, ...names, address].map((word) => quoteForShell(word, shell)),
  ].join(' ')
}

/** A name that is taken for no option, and for no address. */
function asOperand(name: string): string {
  return /^-|^https?:\/\//i.test(name) ? `./${name}` : name
}
