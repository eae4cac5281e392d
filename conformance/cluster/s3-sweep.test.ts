import { randomBytes, randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { content, store } from '../../packages/receiver/src/lib/storage/describe-storage.fixture.ts'
import { formatSealed } from '../../packages/receiver/src/lib/storage/sealed-text.ts'
import { cluster, TestBucket } from './s3-bucket.fixture.ts'
import { writeLarge } from './sealed-upload.fixture.ts'

const bucket = `sweep-${randomUUID()}`
const mib = 1024 * 1024

beforeAll(() => cluster.createBucket(bucket))

describe('sweeping an S3 storage on Ceph', () => {
  it('R-02 removes files without a record and parts that nobody completes, when they are old, and nothing else', async () => {
    const place = new TestBucket(bucket)
    const storage = place.storage()
    const visible = await store(storage, [['visible', ['visible']]])
    const bare = await store(storage, [])
    // What a server leaves that is killed at each step.
    await storage.createUpload().createFile('whole').end()
    await storage
      .createUpload()
      .createFile('half')
      .write([randomBytes(9 * mib)])
    await writeLarge(storage, randomBytes(10))
    expect(await place.openMultiparts()).toBe(1)

    await place.storage().sweep()
    expect(await place.keys()).toHaveLength(6)

    const sweeper = place.storage({ orphanAgeMs: 1000 })
    await expect
      .poll(
        async () => {
          await sweeper.sweep()
          return [(await place.keys()).length, await place.openMultiparts()]
        },
        { timeout: 60_000 },
      )
      .toEqual([4, 0])
    expect((await storage.list({ limit: 10 })).uploads).toEqual([bare, visible])
    expect(await content(storage, visible)).toBe('visible')
  })

  it('R-09 keeps an old sealed upload as long as a claim names it', async () => {
    const place = new TestBucket(bucket)
    const storage = place.storage()
    const sealed = await writeLarge(storage, Buffer.from('claimed'))
    await storage.claim('key/a', formatSealed(sealed))
    const unclaimed = await writeLarge(storage, Buffer.from('unclaimed'))
    const sweeper = place.storage({ orphanAgeMs: 1000 })
    await expect
      .poll(
        async () => {
          await sweeper.sweep()
          return await place.keys()
        },
        { timeout: 60_000 },
      )
      .toEqual(['claims/key/a', expect.stringMatching(/^files\//)])
    expect(await place.storage().publish(unclaimed)).toBe(false)
    expect(await place.storage().publish(sealed)).toBe(true)
    expect(await content(storage, sealed.record)).toBe('claimed')
  })

  it('R-02 tells the files of thousands of uploads from those of none', async () => {
    const place = new TestBucket(bucket)
    const storage = place.storage()
    const ids: string[] = []
    while (ids.length < 1200) {
      const stored = await Promise.all(Array.from({ length: 30 }, () => store(storage, [])))
      ids.push(...stored.map(({ id }) => id))
    }
    await storage.createUpload().createFile('orphan').end()
    const sweeper = place.storage({ orphanAgeMs: 1000 })
    await expect
      .poll(
        async () => {
          await sweeper.sweep()
          return (await place.keys()).filter((key) => key.endsWith('/orphan'))
        },
        { timeout: 60_000 },
      )
      .toEqual([])
    expect(await place.keys()).toHaveLength(2 * ids.length)
  })
})
