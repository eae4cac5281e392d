import { InvalidArgumentError } from 'commander'

const bytesPerUnit: Record<string, number> = {
  '': 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
}

const msPerUnit: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** Parses a port, 0 to 65535; 0 lets the system choose one. */
export function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new InvalidArgumentError('It is not a port (0 to 65535).')
  }
  return port
}

/** Parses a size such as `500`, `200MB` (powers of 1000) or `200MiB` (powers of 1024) to bytes. */
export function parseSizeBytes(text: string): number {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text) ?? []
  const unitBytes = bytesPerUnit[unit.toUpperCase()]
  const sizeBytes = Math.round(Number(amount) * (unitBytes ?? Number.NaN))
  if (amount === '' || !Number.isSafeInteger(sizeBytes) || sizeBytes === 0) {
    throw new InvalidArgumentError('It is not a size, such as 500kB, 200MB or 1GiB.')
  }
  return sizeBytes
}

/** Parses a number of things, at least 1. */
export function parseCount(text: string): number {
  const count = Number(text)
  if (!/^\d+$/.test(text) || count === 0 || !Number.isSafeInteger(count)) {
    throw new InvalidArgumentError('It is not a whole number above 0.')
  }
  return count
}

/** Parses how many files are sent at once, 1 to 1000. */
export function parseConcurrency(text: string): number {
  const concurrency = Number(text)
  if (!/^\d+$/.test(text) || concurrency === 0 || concurrency > 1000) {
    throw new InvalidArgumentError('It is not a whole number from 1 to 1000.')
  }
  return concurrency
}

/** Parses how often to try again, 0 or more. */
export function parseRetry(text: string): number {
  const times = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(times)) {
    // The number may be left out, and then what follows is taken for it.
    throw new InvalidArgumentError('It is not a number of times; write --retry 3, or --retry last.')
  }
  return times
}

/** Parses the address at which clients find a server behind a proxy. */
export function parsePublicUrl(text: string): string {
  const { protocol, href, origin, pathname } = new URL(URL.canParse(text) ? text : 'none:')
  // No query, and nobody's password.
  if (!/^https?:$/.test(protocol) || href !== origin + pathname) {
    throw new InvalidArgumentError('It is not an address, such as https://upload.example.com.')
  }
  return href
}

/** Parses a length of time such as `0`, `500ms`, `30s`, `5m`, `1h` or `30d` to milliseconds. */
export function parseDurationMs(text: string): number {
  const [, amount = '', unit = ''] = /^(\d+)(ms|s|m|h|d)$/.exec(text === '0' ? '0s' : text) ?? []
  const durationMs = Number(amount) * (msPerUnit[unit] ?? Number.NaN)
  if (!Number.isSafeInteger(durationMs)) {
    throw new InvalidArgumentError('It is not a length of time, such as 500ms, 30s or 5m.')
  }
  return durationMs
}

/** Parses media types, and kinds such as `image/*`, with commas between them. */
export function parseTypes(text: string): string[] {
  const types = text.split(',').map((type) => type.trim())
  if (!types.every((type) => /^[\w!#$&^.+-]+\/(?:\*|[\w!#$&^.+-]+)$/.test(type))) {
    throw new InvalidArgumentError('It is not a list of types, such as image/*,application/pdf.')
  }
  return types
}

/** Parses a time in milliseconds, above 0. */
export function parseTimeoutMs(text: string): number {
  const timeoutMs = Number(text)
  if (!/^\d+$/.test(text) || timeoutMs === 0) {
    throw new InvalidArgumentError('It is not a whole number of milliseconds above 0.')
  }
  return timeoutMs
}

/** Parses how long something is kept: a length of time above 0, to milliseconds. */
export function parseKeepMs(text: string): number {
  const keepMs = parseDurationMs(text)
  if (keepMs === 0) throw new InvalidArgumentError('Nothing would be kept.')
  return keepMs
}

/** Adds `key=value` to the form's fields; the value may be empty and may contain `=`. */
export function addFormField(
  text: string,
  fields: Readonly<Record<string, string>>,
): Record<string, string> {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  if (key === undefined || value === undefined) {
    throw new InvalidArgumentError('It is not of the form key=value.')
  }
  // The form data of wx.uploadFile is an object: one value a key.
  if (Object.hasOwn(fields, key)) throw new InvalidArgumentError(`"${key}" is given twice.`)
  return { ...fields, [key]: value }
}

/** Adds `Name: value` to the request's header. */
export function addHeader(
  text: string,
  header: Readonly<Record<string, string>>,
): Record<string, string> {
  const [, name, value] = /^([^\s:]+):\s*(.*)$/.exec(text) ?? []
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError('It is not of the form "Name: value".')
  }
  const isTwice = Object.keys(header).some((known) => known.toLowerCase() === name.toLowerCase())
  if (isTwice) throw new InvalidArgumentError(`"${name}" is given twice.`)
  return { ...header, [name]: value }
}
