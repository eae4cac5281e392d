// [RFC 9113 §4.1, §6]
const frameTypes = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, continuation: 9 } as const
export const endStream = 0x1
export const endHeaders = 0x4

/** What an HTTP/2 client sends first. */
export const preface: Buffer = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  formatFrame('settings', { stream: 0 }),
])

/** A frame, by hand: what no well-behaved client would send. */
export function formatFrame(
  type: keyof typeof frameTypes,
  {
    stream,
    flags = 0,
    payload = Buffer.alloc(0),
  }: { stream: number; flags?: number; payload?: Buffer },
): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(frameTypes[type], 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** Header fields without any compression [RFC 7541 §6.2.2]; names and values are short. */
export function formatFields(fields: readonly (readonly [name: string, value: string])[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([name, value]) => [
      Buffer.from([0x00, name.length]),
      Buffer.from(name),
      Buffer.from([value.length]),
      Buffer.from(value),
    ]),
  )
}

/** The head of a request. */
export function requestFields(method: string, path: string): Buffer {
  return formatFields([
    [':method', method],
    [':scheme', 'https'],
    [':authority', 'localhost'],
    [':path', path],
  ])
}
