import { readFile } from 'node:fs/promises'
import type { TicketSecret } from '@wx-upload/receiver'
import { CliError, systemErrorCode } from './errors.ts'

/** Where `serve` finds its secrets. They are no options: whoever sees the processes of a machine sees those. */
export interface ServeSecretOptions {
  readonly ticketSecretFile?: string
  readonly adminTokenFile?: string
}

/** The secrets of a server, as far as there are any. */
export interface ServeSecrets {
  readonly ticketSecret?: TicketSecret
  readonly adminToken?: string
}

type Environment = Readonly<Record<string, string | undefined>>

const minLength = 32

/** Reads the secrets from the files of the options, else from the environment. Rejects with a CliError for what is none. */
export async function readSecrets(
  options: ServeSecretOptions,
  environment: Environment,
): Promise<ServeSecrets> {
  const secret = await find(options.ticketSecretFile, environment, 'WX_UPLOAD_TICKET_SECRET')
  const token = await find(options.adminTokenFile, environment, 'WX_UPLOAD_ADMIN_TOKEN')
  return {
    ...(secret === undefined ? {} : { ticketSecret: parseTicketSecret(secret) }),
    ...(token === undefined ? {} : { adminToken: parseAdminToken(token) }),
  }
}

interface FoundText {
  readonly text: string
  /** What it was found in. */
  readonly place: string
}

async function find(
  file: string | undefined,
  environment: Environment,
  variable: string,
): Promise<FoundText | undefined> {
  if (file === undefined) {
    const text = environment[variable]
    return text === undefined ? undefined : { text, place: variable }
  }
  try {
    return { text: await readFile(file, 'utf8'), place: file }
  } catch (cause) {
    throw new CliError('file', `cannot read ${file} (${systemErrorCode(cause) ?? String(cause)})`, {
      cause,
    })
  }
}

/** One secret, or several with a name and `=` before each and white space between them. */
function parseTicketSecret({ text, place }: FoundText): TicketSecret {
  const words = text.split(/\s+/).filter((word) => word !== '')
  // Base64 may end in `=`, and what is behind the sign of a name is a secret.
  const named = words.map((word) => /^([\w-]{1,64})=(.*)$/.exec(word)).filter(isLongEnough)
  const [only = ''] = words
  if (words.length === 1 && named.length === 0 && Buffer.byteLength(only) >= minLength) return only
  const names = new Set(named.map(([, name]) => name))
  if (words.length === 0 || named.length !== words.length || names.size !== words.length) {
    throw new CliError(
      'usage',
      `${place} is no ticket secret: it should be ${minLength} bytes or more, without spaces, or several with names, as in "old=… new=…"`,
    )
  }
  return Object.fromEntries(named.map(([, name = '', secret = '']) => [name, secret]))
}

function isLongEnough(match: RegExpExecArray | null): match is RegExpExecArray {
  return Buffer.byteLength(match?.[2] ?? '') >= minLength
}

function parseAdminToken({ text, place }: FoundText): string {
  const token = text.trim()
  if (!/^\S+$/.test(token) || Buffer.byteLength(token) < minLength) {
    throw new CliError(
      'usage',
      `${place} is no admin token: it should be ${minLength} bytes or more, without spaces`,
    )
  }
  return token
}
