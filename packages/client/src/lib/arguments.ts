/** What an argument should be. */
export interface ArgumentType<T> {
  /** As the platform's error texts write it. */
  readonly name: string
  readonly is: (value: unknown) => value is T
}

/** The value, where it is of the type; else undefined, and a sentence says so. */
export type CheckArgument = <T>(key: string, value: unknown, type: ArgumentType<T>) => T | undefined

/** Makes a check that writes one sentence for each wrong argument, in the order in which they are looked at. [U-06] */
export function createArgumentCheck(sentences: string[]): CheckArgument {
  return (key, value, { name, is }) => {
    if (is(value)) return value
    const type = typeName(value)
    // An array is no Array only where it has to have something in it.
    const isEmpty = value === '' || (type === 'Array' && type === name)
    const expected = isEmpty && type === name ? `non-empty ${name}` : name
    const found = isEmpty ? `empty ${type}` : type
    sentences.push(`parameter.${key} should be ${expected} instead of ${found};`)
    return undefined
  }
}

/** The type of a value as the platform's error texts write it: `String`, `Undefined`, `Null`, `Array`. */
function typeName(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1)
}

/** Makes a type of which none is as good as one. */
export function optional<T>({ name, is }: ArgumentType<T>): ArgumentType<T | undefined> {
  return { name, is: (value): value is T | undefined => value === undefined || is(value) }
}

/** The type of the values that are named so. */
function named<T>(name: string): ArgumentType<T> {
  return { name, is: (value): value is T => typeName(value) === name }
}

export const anyString: ArgumentType<string> = named('String')
export const anyNumber: ArgumentType<number> = named('Number')
export const anyBoolean: ArgumentType<boolean> = named('Boolean')
/** What is neither an array nor of a class that names itself. */
export const plainObject: ArgumentType<Readonly<Record<string, unknown>>> = named('Object')
/** What must not be there. */
export const nothing: ArgumentType<undefined> = named('Undefined')
/** One of another window's is of another class. */
export const aDate: ArgumentType<Date> = named('Date')

export const nonEmptyString: ArgumentType<string> = {
  name: 'String',
  is: (value): value is string => typeof value === 'string' && value !== '',
}

export const nonEmptyArray: ArgumentType<readonly unknown[]> = {
  name: 'Array',
  is: (value): value is readonly unknown[] => Array.isArray(value) && value.length > 0,
}

/** [U-09] A path, or (an extension) a File or a Blob, of this window or another. */
export const fileOrPath: ArgumentType<string | Blob> = {
  name: 'String',
  is: (value): value is string | Blob =>
    nonEmptyString.is(value) || ['File', 'Blob'].includes(typeName(value)),
}

/** Whether this is a time that counts: zero, a negative number and NaN are as good as none. [U-13] */
export function isDuration(value: unknown): value is number {
  return typeof value === 'number' && value > 0
}
