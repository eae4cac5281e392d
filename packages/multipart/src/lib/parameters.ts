/** One `name=value` of a header value. */
export interface Parameter {
  /** In lower case. */
  readonly name: string
  /** As it stands: within the quotes, where there are any, with escapes in place. */
  readonly raw: string
  readonly quoted: boolean
}

// A quoted string has no way to backtrack: each alternative begins with another character.
const parameter = /[\t ]*;[\t ]*(?:([^\s;="]+)[\t ]*=[\t ]*(?:"((?:[^"\\]|\\[^])*)"|([^\s;"]*)))?/y

/**
 * The parameters of a header value from `from` on, in their order; undefined where that is not a list of parameters.
 * Values without quotes may have more characters than a token may [RFC 9110 §5.6.6], as phones send them; empty
 * parameters (`; ;`) are passed over.
 */
export function parseParameters(value: string, from: number): Parameter[] | undefined {
  const parameters: Parameter[] = []
  const end = value.trimEnd().length
  let at = from
  while (at < end) {
    parameter.lastIndex = at
    const match = parameter.exec(value)
    if (match === null) return undefined
    at = parameter.lastIndex
    const [, name, quoted, plain] = match
    if (name !== undefined) {
      parameters.push({
        name: name.toLowerCase(),
        raw: quoted ?? plain ?? '',
        quoted: quoted !== undefined,
      })
    }
  }
  return parameters
}
