import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { readUploadPage } from './upload-page.ts'

const ids = Array.from({ length: 1000 }, (_, index) => `id-${index}`)
const parse = (id: string) => ({ id, receivedAt: '', files: [], fields: {} })

async function* iterate(): AsyncGenerator<string, void, undefined> {
  yield* ids
}

it('R-04 a page that nobody waits for any more is read no further', async () => {
  const gone = new AbortController()
  let reads = 0
  const page = await readUploadPage(1000, {
    ids: iterate(),
    parse,
    recordsAtOnce: 8,
    signal: gone.signal,
    async readText() {
      reads += 1
      if (reads === 20) gone.abort()
      return ''
    },
  })
  expect(reads).toBe(24)
  expect(page.next).toBe('id-23')
})

it('R-04 a long page lets others have as much time as it takes', async () => {
  const read = new AbortController()
  let turns = 0
  const others = (async () => {
    for (; !read.signal.aborted; turns += 1) await setImmediate()
  })()
  const page = await readUploadPage(1000, {
    ids: iterate(),
    parse(id) {
      const untilMs = performance.now() + 0.2
      while (performance.now() < untilMs);
      return parse(id)
    },
    recordsAtOnce: 8,
    readText: async () => '',
  })
  read.abort()
  await others
  expect(page.uploads).toHaveLength(1000)
  // Nothing here ends a turn of the loop but waiting: as many as there are slices, and more in each.
  expect(turns).toBeGreaterThan(100)
})
