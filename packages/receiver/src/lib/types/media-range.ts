const token = '[a-z0-9!#$&^_.+-]+'
const mediaRange = new RegExp(`^${token}/(?:\\*|${token})$`)

/** Whether a text is a media type such as `application/pdf`, or all of a kind such as `image/*`. Without parameters. */
export function isMediaRange(text: unknown): text is string {
  return typeof text === 'string' && text.length <= 127 && mediaRange.test(text.toLowerCase())
}

/** Whether one of the ranges has the media type. The type is in lower case. */
export function rangesHave(ranges: readonly string[], type: string): boolean {
  return ranges.some((range) => {
    const lower = range.toLowerCase()
    return lower.endsWith('/*') ? type.startsWith(lower.slice(0, -1)) : type === lower
  })
}
