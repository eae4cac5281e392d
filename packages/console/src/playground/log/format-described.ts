import type { Described } from '../described.ts'

/** The most characters of a value that stands in one line. */
const maxInline = 160

/** The most characters of a value that stands in the line of another. */
const maxPart = 48

/** A value in one line, as it is written in JavaScript; what is long ends in `…`. */
export function formatInline(value: Described, maxLength: number = maxInline): string {
  return shorten(format(value, maxLength), maxLength)
}

/** The values of one call of `console`, as a console writes them: strings as they are. */
export function formatConsoleLine(values: readonly Described[]): string {
  return values
    .map((value) => (value.kind === 'string' ? value.text : formatInline(value)))
    .join(' ')
}

/** What is to be seen inside a value when it is opened. */
export function partsOf(value: Described): readonly (readonly [key: string, value: Described])[] {
  switch (value.kind) {
    case 'object':
    case 'error':
      return value.entries
    case 'list':
      return value.items.map((item, index) => [String(index), item] as const)
    case 'string':
    case 'plain':
    case 'function':
    case 'special':
      return []
    default:
      return value satisfies never
  }
}

/** Whether there is more in a value than its line can tell. */
export function hasParts(value: Described): boolean {
  return partsOf(value).length > 0 || morePartsOf(value) > 0
}

/** How many parts of a value were left out of its description. */
export function morePartsOf(value: Described): number {
  if (value.kind === 'object') return value.moreEntries
  return value.kind === 'list' ? value.moreItems : 0
}

/** A text that is JSON of an object or an array, read; undefined for any other. */
export function readJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function format(value: Described, room: number): string {
  switch (value.kind) {
    case 'string':
      return quote(value.text.length > room ? `${value.text.slice(0, room)}…` : value.text)
    case 'function':
      return `ƒ ${value.name}()`
    case 'error':
      return value.title
    case 'plain':
    case 'special':
      return value.text
    case 'object':
      return wrap(value.name, formatEntries(value, room), ['{', '}'])
    case 'list':
      return wrap(value.name, formatItems(value, room), ['[', ']'])
    default:
      return value satisfies never
  }
}

function wrap(name: string, inner: string, [open, close]: readonly [string, string]): string {
  const space = open === '{' && inner !== '' ? ' ' : ''
  return `${name === '' ? '' : `${name} `}${open}${space}${inner}${space}${close}`
}

function formatEntries(value: Described & { kind: 'object' }, room: number): string {
  const parts = value.entries.map(([key, part]) => `${formatKey(key)}: ${formatPart(part, room)}`)
  return joinParts(parts, { room, more: value.moreEntries })
}

function formatItems(value: Described & { kind: 'list' }, room: number): string {
  const parts = value.items.map((part) => formatPart(part, room))
  return joinParts(parts, { room, more: value.moreItems })
}

/** Inside of a line, what has parts of its own is closed, where it would not be short. */
function formatPart(part: Described, room: number): string {
  const text = format(part, Math.min(room, maxPart))
  // A text is cut inside of its quotes.
  if (part.kind === 'string' || text.length <= maxPart) return text
  if (part.kind === 'object') return wrap(part.name, '…', ['{', '}'])
  if (part.kind === 'list') return wrap(part.name, '…', ['[', ']'])
  return shorten(text, maxPart)
}

/** As many as there is room for. */
function joinParts(parts: readonly string[], rest: { room: number; more: number }): string {
  const shown: string[] = []
  let length = 0
  for (const part of parts) {
    length += part.length + 2
    if (length > rest.room) return [...shown, '…'].join(', ')
    shown.push(part)
  }
  return (rest.more > 0 ? [...shown, '…'] : shown).join(', ')
}

function formatKey(key: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? key : quote(key)
}

function quote(text: string): string {
  const inner = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
  return `'${inner.replaceAll("'", String.raw`\'`)}'`
}

function shorten(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`
}
