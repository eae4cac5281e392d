import { crc32 } from '../suite/crc32.ts'
import type { SeenPart } from '../suite/server-protocol.ts'

const mostTextBytes = 64 * 1024
const headEnd = Buffer.from('\r\n\r\n')

/**
 * The parts of a form, read strictly and without any help of ours; undefined where it is none. It is written for the
 * conformance server, which has whole bodies in memory, so that the client is not held against the parser that it shares.
 */
export function parseForm(contentType: string, body: Buffer): SeenPart[] | undefined {
  const [, quoted, plain] = /^multipart\/form-data;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(
    contentType,
  ) ?? [undefined, undefined, undefined]
  const boundary = quoted ?? plain
  if (boundary === undefined) return undefined
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  // The first one may stand at the very beginning.
  let at = body.indexOf(delimiter.subarray(2))
  if (at !== 0) return undefined
  at += delimiter.length - 2
  const parts: SeenPart[] = []
  while (body.toString('latin1', at, at + 2) === '\r\n') {
    const end = body.indexOf(delimiter, at)
    const headEndsAt = body.indexOf(headEnd, at)
    if (end === -1 || headEndsAt === -1 || headEndsAt > end) return undefined
    const head = body.toString('utf8', at + 2, headEndsAt)
    parts.push(describePart(head, body.subarray(headEndsAt + headEnd.length, end)))
    at = end + delimiter.length
  }
  return body.toString('latin1', at, at + 2) === '--' ? parts : undefined
}

function describePart(head: string, content: Buffer): SeenPart {
  const disposition = /^content-disposition:(.*)$/im.exec(head)?.[1] ?? ''
  const fileName = /;\s*filename="([^"]*)"/i.exec(disposition)?.[1]
  const type = /^content-type:\s*(\S.*?)\s*$/im.exec(head)?.[1]
  return {
    head,
    name: /;\s*name="([^"]*)"/i.exec(disposition)?.[1] ?? '',
    ...(fileName === undefined ? {} : { fileName }),
    ...(type === undefined ? {} : { type }),
    sizeBytes: content.length,
    crc32: crc32(content),
    ...(content.length < mostTextBytes ? { text: content.toString('utf8') } : {}),
  }
}
