import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * After so many bytes of one upload the chunks that carried them are collected: few enough that they are still young, for what has
 * grown old waits for a much longer collection.
 */
const collectAfterBytes = 4 * 1024 * 1024

// Twice what lies at once, with what is still being written.
const keptBlockBytes = 2 * collectAfterBytes

// V8 does it by itself then.
const mostUncollectedBytes = 32 * 1024 * 1024

/** Collects the chunks of uploads. */
export interface ChunkCollector {
  /** A chunk of so many bytes has come. */
  received(sizeBytes: number): void
  /** So many uploads are under way: the more, the longer each chunk is needed, and what is needed still is not to grow old. */
  underWay(count: number): void
}

let collectYoung: (() => void) | undefined

/**
 * Makes what collects the chunks of uploads when they have been written.
 *
 * Each chunk of a request is new memory, and V8 lets 33 MB of it lie, or twice that: chunks are large, but the objects that stand
 * for them are few and small. See decision 009.
 */
export function createChunkCollector(): ChunkCollector {
  collectYoung ??= prepare()
  const collect = collectYoung
  let uncollectedBytes = 0
  let mostBytes = collectAfterBytes
  return {
    received(sizeBytes) {
      uncollectedBytes += sizeBytes
      if (uncollectedBytes < mostBytes) return
      uncollectedBytes = 0
      collect()
    },
    underWay(count) {
      mostBytes = Math.min(Math.max(count, 1) * collectAfterBytes, mostUncollectedBytes)
    },
  }
}

/** For the whole process, once. */
function prepare(): () => void {
  const collect = exposeYoungCollection()
  // [mallopt(3), M_MMAP_THRESHOLD] Whoever frees a large block tells glibc to keep twice as much. Without, it would give the memory of
  // the chunks back to the system each time, and get it again page by page, which costs more than the collection.
  Buffer.allocUnsafeSlow(keptBlockBytes)
  collect()
  return collect
}

/** V8's collection of young objects, a millisecond at most; it gives it out under a flag alone. */
function exposeYoungCollection(): () => void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  setFlagsFromString('--no-expose-gc')
  if (typeof collect !== 'function') return () => undefined
  return () => void Reflect.apply(collect, undefined, [{ type: 'minor' }])
}
