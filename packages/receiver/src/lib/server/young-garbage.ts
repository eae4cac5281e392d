import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * After so many bytes the chunks that carried them are collected: few enough that they are still young, for what has
 * grown old waits for a much longer collection.
 */
const collectAfterBytes = 4 * 1024 * 1024

// Twice what lies at once, with what is still being written.
const keptBlockBytes = 2 * collectAfterBytes

let collectYoung: (() => void) | undefined

/**
 * Makes what is to be told of each chunk that comes, and collects them when they have been written.
 *
 * Each chunk of a request is new memory, and V8 lets 33 MB of it lie, or twice that: chunks are large, but the objects that stand
 * for them are few and small. See decision 009.
 */
export function createChunkCollector(): (sizeBytes: number) => void {
  collectYoung ??= prepare()
  const collect = collectYoung
  let uncollectedBytes = 0
  return (sizeBytes) => {
    uncollectedBytes += sizeBytes
    if (uncollectedBytes < collectAfterBytes) return
    uncollectedBytes = 0
    collect()
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
