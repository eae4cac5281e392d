import type { Described } from './described.ts'

/** How much of a value is described: enough to learn from, and never so much that the page stands still. */
const describeLimits = {
  depth: 6,
  entries: 100,
  /** Characters of one string. */
  text: 10_000,
  /** Values within one value. */
  values: 2000,
} as const

/** Describes a value as it is now. Never throws, runs no getter, and takes no notice of how deep or round it is. */
export function describeValue(value: unknown): Described {
  return describe(value, { ancestors: [], budget: { values: describeLimits.values } })
}

interface Surroundings {
  readonly ancestors: readonly object[]
  /** What is left for the whole value; shared by all of its parts. */
  readonly budget: { values: number }
}

function describe(value: unknown, around: Surroundings): Described {
  around.budget.values -= 1
  switch (typeof value) {
    case 'string':
      return describeString(value)
    case 'function':
      return { kind: 'function', name: nameOf(value) }
    case 'object':
      if (value === null) return { kind: 'plain', text: 'null' }
      try {
        return describeObject(value, around)
      } catch {
        // A proxy that throws when it is looked at.
        return { kind: 'special', text: '[unreadable]' }
      }
    case 'bigint':
      return { kind: 'plain', text: `${value}n` }
    case 'number':
      return { kind: 'plain', text: Object.is(value, -0) ? '-0' : String(value) }
    case 'boolean':
    case 'symbol':
    case 'undefined':
    default:
      return { kind: 'plain', text: String(value) }
  }
}

function describeString(text: string): Described {
  const isCut = text.length > describeLimits.text
  return { kind: 'string', text: isCut ? text.slice(0, describeLimits.text) : text, isCut }
}

function describeObject(value: object, around: Surroundings): Described {
  const special = describeSpecial(value)
  if (special !== undefined) return special
  if (around.ancestors.includes(value)) return { kind: 'special', text: '[circular]' }
  const name = classOf(value)
  if (around.ancestors.length >= describeLimits.depth || around.budget.values <= 0)
    return { kind: 'special', text: Array.isArray(value) ? '[…]' : `${name} {…}`.trim() }

  const inside = { ancestors: [...around.ancestors, value], budget: around.budget }
  if (value instanceof Error) return describeError(value, inside)
  const list = readList(value)
  if (list !== undefined) {
    return {
      kind: 'list',
      name: name === 'Array' ? '' : name,
      items: list.first.map((item) => describe(item, inside)),
      moreItems: list.length - list.first.length,
    }
  }
  const keys = keysOf(value)
  return {
    kind: 'object',
    name,
    entries: describeEntries(value, keys, inside),
    moreEntries: Math.max(0, keys.length - describeLimits.entries),
  }
}

function describeEntries(
  owner: object,
  keys: readonly (string | symbol)[],
  inside: Surroundings,
): [key: string, value: Described][] {
  return keys
    .slice(0, describeLimits.entries)
    .map((key) => [String(key), describeProperty(owner, key, inside)])
}

function describeProperty(owner: object, key: string | symbol, inside: Surroundings): Described {
  const property = Object.getOwnPropertyDescriptor(owner, key)
  // To look must change nothing.
  if (property?.get !== undefined) return { kind: 'special', text: '[getter]' }
  return describe(property?.value, inside)
}

/** What says more in its own words than by its properties. */
function describeSpecial(value: object): Described | undefined {
  if (value instanceof Date)
    return special(Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString())
  if (value instanceof RegExp) return special(String(value))
  if (value instanceof File)
    return special(`File ${JSON.stringify(value.name)} (${value.type || '?'}, ${value.size} bytes)`)
  if (value instanceof Blob) return special(`Blob (${value.type || '?'}, ${value.size} bytes)`)
  if (value instanceof Promise) return special('Promise')
  if (value instanceof ArrayBuffer) return special(`ArrayBuffer (${value.byteLength} bytes)`)
  if (value instanceof Element) return special(`<${value.localName}>`)
  if (value instanceof Node || value instanceof Window) return special(classOf(value))
  return undefined
}

function special(text: string): Described {
  return { kind: 'special', text }
}

/** The person's code in a stack: the one that is run from memory. */
const codeUrl = /blob:[^\s()]+?(?=:\d+:\d+)/

function describeError(error: Error, inside: Surroundings): Described {
  const keys = keysOf(error).filter((key) => key !== 'name')
  const lines = String(error.stack).split('\n')
  return {
    kind: 'error',
    title: `${error.name}: ${error.message}`,
    // Of its lines those are of interest that are the person's, and their address is not.
    stack: lines
      .filter((line) => codeUrl.test(line))
      .map((line) => line.trim().replace(codeUrl, 'playground.js'))
      .join('\n'),
    entries: describeEntries(error, keys, inside),
  }
}

/** The first items of what is a list; a long one is never copied whole. */
function readList(
  value: object,
): { readonly first: readonly unknown[]; readonly length: number } | undefined {
  const { entries } = describeLimits
  if (value instanceof Set || value instanceof Map)
    return { first: takeFirst(value, entries), length: value.size }
  if (!Array.isArray(value) && (!ArrayBuffer.isView(value) || value instanceof DataView))
    return undefined
  const items = toItems(value)
  const first = Array.from({ length: Math.min(items.length, entries) }, (_, index) => items[index])
  return { first, length: items.length }
}

function takeFirst(items: Iterable<unknown>, count: number): unknown[] {
  const first: unknown[] = []
  for (const item of items) {
    if (first.length >= count) break
    first.push(item)
  }
  return first
}

/** Every view but DataView is a typed array, whose items can be read as those of an array. */
function toItems(list: readonly unknown[] | ArrayBufferView): ArrayLike<unknown> {
  return list as ArrayLike<unknown>
}

function keysOf(value: object): (string | symbol)[] {
  return Reflect.ownKeys(value).filter(
    (key) => Object.getOwnPropertyDescriptor(value, key)?.enumerable === true,
  )
}

/** The name of an object's class; empty for plain ones. */
function classOf(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (typeof prototype !== 'object' || prototype === null) return ''
  const name = nameOf(Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value)
  return name === 'Object' ? '' : name
}

function nameOf(value: unknown): string {
  if (typeof value !== 'function') return ''
  const name: unknown = Object.getOwnPropertyDescriptor(value, 'name')?.value
  return typeof name === 'string' ? name : ''
}
