import { array, assert, asyncProperty, constantFrom, nat, record, type Arbitrary } from 'fast-check'
import { encodeTime } from 'ulid'
import { describe, expect, it } from 'vitest'
import { findOrphanFolders } from './orphan-folders.ts'

interface PastUpload {
  readonly startMs: number
  readonly tookMs: number
  readonly has: 'both' | 'files' | 'record'
}

const pastUpload: Arbitrary<PastUpload> = record({
  startMs: nat(50),
  tookMs: nat(20),
  has: constantFrom('both', 'files', 'record'),
})

describe('findOrphanFolders', () => {
  it('R-02 finds the files of every upload that has no record, and no others', async () => {
    const check = asyncProperty(array(pastUpload, { maxLength: 40 }), async (uploads) => {
      const folders = uploads.flatMap(({ startMs, has }, index) =>
        has === 'record' ? [] : [ulid(startMs, index)],
      )
      const records = uploads.flatMap(({ startMs, tookMs, has }, index) =>
        has === 'files' ? [] : [ulid(startMs + tookMs, index)],
      )
      const orphans = uploads.flatMap(({ startMs, has }, index) =>
        has === 'files' ? [ulid(startMs, index)] : [],
      )
      expect(await find(folders, records)).toEqual(newestFirst(orphans))
    })
    await assert(check)
  })

  it('reads no further than it has to', async () => {
    let read = 0
    async function* records(): AsyncGenerator<string, void, undefined> {
      for (let timeMs = 100; timeMs >= 0; timeMs -= 1) {
        read += 1
        yield ulid(timeMs, timeMs)
      }
    }
    const orphans = findOrphanFolders(listed([ulid(90, 90), ulid(90, 7)]), records())
    expect((await orphans.next()).value).toBe(ulid(90, 7))
    expect(read).toBe(12)
  })
})

async function find(folders: readonly string[], records: readonly string[]): Promise<string[]> {
  const found: string[] = []
  const orphans = findOrphanFolders(listed(newestFirst(folders)), listed(newestFirst(records)))
  for await (const orphan of orphans) found.push(orphan)
  return found
}

async function* listed(ids: readonly string[]): AsyncGenerator<string, void, undefined> {
  yield* ids
}

function newestFirst(ids: readonly string[]): string[] {
  return ids.toSorted().toReversed()
}

function ulid(timeMs: number, random: number): string {
  return encodeTime(timeMs, 10) + String(random).padStart(16, '0')
}
