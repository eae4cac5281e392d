import { Buffer } from 'node:buffer'
import * as node from '../node.ts'
import * as web from '../web.ts'
import { MultipartError, type MultipartParserOptions, type PartHeader } from '../node.ts'

/** Both entries of the package: every case runs through both. */
export const platforms = [
  ['node', node],
  ['web', web],
] as const

export type Platform = (typeof platforms)[number][1]

interface ReadPart {
  readonly header: PartHeader
  readonly body: Buffer
  readonly isComplete: boolean
}

export interface Reading {
  readonly parts: readonly ReadPart[]
  /** Undefined where the body was read to its end. */
  readonly error: MultipartError | undefined
}

export type Limits = NonNullable<MultipartParserOptions['limits']>

/** What a parser makes of a body that comes in these chunks. */
export function readParts(
  platform: Platform,
  chunks: Iterable<Uint8Array>,
  options: { boundary: string; limits?: Limits },
): Reading {
  const parts: { header: PartHeader; data: Buffer[]; isComplete: boolean }[] = []
  const open = () => {
    const part = parts.at(-1)
    if (part === undefined || part.isComplete) throw new Error('no part is open')
    return part
  }
  const parser = platform.createMultipartParser({
    ...options,
    onPart(header) {
      if (parts.at(-1)?.isComplete === false) throw new Error('the part before is open')
      parts.push({ header, data: [], isComplete: false })
    },
    onData(chunk) {
      if (chunk.length === 0) throw new Error('an empty chunk')
      open().data.push(Buffer.from(chunk))
    },
    onPartEnd() {
      open().isComplete = true
    },
  })
  let error: MultipartError | undefined
  try {
    for (const chunk of chunks) parser.write(chunk)
    parser.end()
  } catch (thrown) {
    if (!(thrown instanceof MultipartError)) throw thrown
    error = thrown
  }
  return {
    parts: parts.map(({ header, data, isComplete }) => ({
      header,
      body: Buffer.concat(data),
      isComplete,
    })),
    error,
  }
}

/** The ways in which a body can arrive: whole, byte by byte, and cut at random. The names say how to repeat them. */
export function* cut(body: Uint8Array): Generator<readonly [name: string, chunks: Uint8Array[]]> {
  yield ['whole', [body.slice()]]
  yield ['byte by byte', cutBy(body, () => 1)]
  yield ['with empty chunks', cutBy(body, (at) => (at % 2 === 0 ? 0 : 3))]
  for (let i = 0; i < 6; i++) {
    const seed = Math.floor(Math.random() * 2 ** 32)
    const random = createRandom(seed)
    yield [`at random, seed ${seed}`, cutBy(body, () => Math.floor(random() * (4 << (2 * i))))]
  }
}

function cutBy(body: Uint8Array, size: (count: number) => number): Uint8Array[] {
  const chunks: Uint8Array[] = []
  let at = 0
  while (at < body.length) {
    const end = at + size(chunks.length)
    // A copy, so that nothing outside of the chunk can be read by mistake.
    chunks.push(body.slice(at, end))
    at = end
  }
  return chunks
}

/** Mulberry32: small, and the same everywhere. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Joins texts, as UTF-8, and bytes. */
export function join(...pieces: readonly (string | Uint8Array)[]): Uint8Array {
  return new Uint8Array(
    Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece))),
  )
}
