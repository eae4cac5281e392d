import { Buffer } from 'node:buffer'
import { Busboy } from '@fastify/busboy'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeMultipart, type FieldPart, type FilePart } from '../node.ts'
import { join, platforms, readParts, type Platform } from './read-parts.fixture.ts'

/** What both parsers tell of a part. */
interface ComparedPart {
  readonly name: string
  readonly fileName: string | undefined
  readonly type: string | undefined
  readonly body: string
}

interface GeneratedFile extends FilePart {
  readonly body: Uint8Array
}

const boundary = '----b-o-u-n-d'

// Escapes are told apart by tables of their own: parsers differ on them.
const nameCharacter = fc.constantFrom(...Array.from("abZ09 .;=:,/()[]*'-_éß名前照片😀"))
const name = fc.string({ unit: nameCharacter, maxLength: 20 })
const type = fc.constantFrom('image/png', 'text/plain', 'application/octet-stream', 'a/b')

/** Bytes of which many look like the beginning of a delimiter. */
const body = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 8 }),
      fc.constantFrom('\r', '\n', '\r\n', '--', '\r\n--', '\r\n\r\n').map((text) => join(text)),
      fc.nat({ max: boundary.length }).map((size) => join(`\r\n--${boundary}`.slice(0, size + 3))),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => join(...pieces))
  // Not at the beginning either: there, the delimiter's line break is the header's.
  .filter((bytes) => !Buffer.from(join('\r\n', bytes)).includes(`\r\n--${boundary}`))

const field: fc.Arbitrary<FieldPart> = fc.record({
  name,
  value: body.map((bytes) => Buffer.from(bytes).toString()),
})
const file: fc.Arbitrary<GeneratedFile> = fc
  .record({ name, fileName: name, type, body })
  .map((part) => ({ ...part, size: part.body.length }))
const parts = fc.array(fc.oneof(field, file), { maxLength: 6 })
/** How long each chunk is. */
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 })

const limits = { maxParts: Infinity }
const numRuns = 1500
const timeoutMs = 60_000

describe('the parser and an independent one', { timeout: timeoutMs }, () => {
  it('R-01 read the same names, file names, types and bytes', async () => {
    await fc.assert(
      fc.asyncProperty(parts, sizes, async (parts, sizes) => {
        const chunks = cutInto(encode(parts), sizes)
        const expected = await readWithBusboy(chunks)
        expect(expected).toEqual(parts.map(describePart))
        for (const [, platform] of platforms) expect(read(platform, chunks)).toEqual(expected)
      }),
      { numRuns },
    )
  })

  it('R-01 read the same from a body with a preamble, an epilogue and other headers', async () => {
    const noise = fc.string({ unit: fc.constantFrom('-', '\r\n', 'x', '--', 'b'), maxLength: 12 })
    const header = fc.constantFrom(
      '',
      'Content-Length: 3\r\n',
      'X-Custom: a:b\r\n',
      'content-id:<1>\r\n',
    )
    const bodies = fc.tuple(noise, noise, fc.array(fc.tuple(field, header), { maxLength: 4 }))
    await fc.assert(
      fc.asyncProperty(bodies, sizes, async ([preamble, epilogue, fields], sizes) => {
        const pieces = fields.map(
          ([{ name, value }, header]) =>
            `--${boundary}\r\n${header}Content-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
        )
        const chunks = cutInto(
          join(`${preamble}\r\n`, ...pieces, `--${boundary}--\r\n${epilogue}`),
          sizes,
        )
        const expected = await readWithBusboy(chunks)
        expect(expected).toEqual(fields.map(([part]) => describePart(part)))
        for (const [, platform] of platforms) expect(read(platform, chunks)).toEqual(expected)
      }),
      { numRuns },
    )
  })

  it('U-14 what is encoded is what is read, whatever the characters', () => {
    // A backslash, a per cent sign and a NUL cannot be told from escapes or from the end of a name.
    const text = fc
      .string({ unit: 'binary', maxLength: 30 })
      .map((name) => name.replaceAll(/[\\%\0]/g, '"\r\n'))
    const parts = fc.array(
      fc.oneof(
        fc.record({ name: text, value: text }),
        fc.record({ name: text, fileName: text, type, body }),
      ),
      { maxLength: 4 },
    )
    fc.assert(
      fc.property(parts, sizes, (parts, sizes) => {
        const sized = parts.map((part) =>
          'body' in part ? { ...part, size: part.body.length } : part,
        )
        const chunks = cutInto(encode(sized), sizes)
        for (const [, platform] of platforms)
          expect(read(platform, chunks)).toEqual(sized.map(describePart))
      }),
      { numRuns },
    )
  })
})

function describePart(part: FieldPart | GeneratedFile): ComparedPart {
  const name = wellFormed(part.name)
  return 'value' in part
    ? {
        name,
        fileName: undefined,
        type: undefined,
        body: Buffer.from(part.value).toString('latin1'),
      }
    : {
        name,
        fileName: wellFormed(part.fileName),
        type: part.type,
        body: Buffer.from(part.body).toString('latin1'),
      }
}

/** Lone surrogates become U+FFFD. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString()
}

function encode(parts: readonly (FieldPart | GeneratedFile)[]): Uint8Array {
  const { segments, contentLength } = encodeMultipart(parts, { boundary })
  const body = join(
    ...segments.map((segment) => (segment instanceof Uint8Array ? segment : segment.body)),
  )
  expect(body).toHaveLength(contentLength)
  return body
}

function cutInto(body: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = []
  let at = 0
  while (at < body.length) {
    const end = at + (sizes[chunks.length % sizes.length] ?? 1)
    chunks.push(body.slice(at, end))
    at = end
  }
  return chunks
}

function read(platform: Platform, chunks: readonly Uint8Array[]): ComparedPart[] {
  const { parts, error } = readParts(platform, chunks, { boundary, limits })
  if (error !== undefined) throw error
  return parts.map(({ header, body }) => ({
    name: header.name,
    fileName: header.fileName,
    type: header.type,
    body: body.toString('latin1'),
  }))
}

function readWithBusboy(chunks: readonly Uint8Array[]): Promise<ComparedPart[]> {
  return new Promise((resolve, reject) => {
    const parts: {
      name: string
      fileName: string | undefined
      type: string | undefined
      body: string
    }[] = []
    const busboy = new Busboy({
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      preservePath: true,
    })
    busboy.on('field', (name, value) => {
      parts.push({
        name,
        fileName: undefined,
        type: undefined,
        body: Buffer.from(value).toString('latin1'),
      })
    })
    busboy.on('file', (name, stream, fileName, _encoding, type) => {
      const part = { name, fileName, type, body: '' }
      parts.push(part)
      stream.setEncoding('latin1').on('data', (data: string) => {
        part.body += data
      })
    })
    busboy.on('finish', () => resolve(parts))
    busboy.on('error', reject)
    for (const chunk of chunks) busboy.write(chunk)
    busboy.end()
  })
}
