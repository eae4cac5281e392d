import { randomUUID } from 'node:crypto'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { store } from '../../packages/receiver/src/lib/storage/describe-storage.fixture.ts'
import { cluster, TestBucket } from './s3-bucket.fixture.ts'

const bucket = `hanging-${randomUUID()}`
const draft = { receivedAt: new Date().toISOString(), files: [], fields: {} }

beforeAll(() => cluster.createBucket(bucket))

it('R-02 R-06 fails in time when every OSD hangs, shows nothing of what failed when they go on, and takes uploads again', async () => {
  const place = new TestBucket(bucket)
  const storage = place.storage({ operationTimeoutMs: 2000 })
  const kept = await store(storage, [['kept', ['kept']]])
  const upload = storage.createUpload()
  const sealed = await upload.seal(draft)
  const half = storage.createUpload()
  const file = half.createFile('half')
  await file.write([Buffer.from('half')])

  await signalOsds('SIGSTOP')
  onTestFinished(() => signalOsds('SIGCONT'))
  const unavailable = expect.objectContaining({ code: 'storage-unavailable' })
  await expect(storage.publish(sealed)).rejects.toEqual(unavailable)
  await expect(file.end()).rejects.toEqual(unavailable)
  await expect(storage.check()).rejects.toEqual(unavailable)
  // As the receiver does with what failed.
  await expect(Promise.all([upload.discard(), half.discard()])).rejects.toEqual(unavailable)

  await signalOsds('SIGCONT')
  await expect.poll(() => storage.check().then(() => true, String), { timeout: 60_000 }).toBe(true)
  const next = await store(place.storage(), [['next', ['next']]])
  // What the store had taken and not done is done now, perhaps after it was undone; so it is undone once more.
  await expect
    .poll(() => place.keys(), { timeout: 60_000, interval: 500 })
    .toEqual(Array.from({ length: 4 }, () => expect.stringMatching(/^(?:files|uploads)\//)))
  expect((await storage.list({ limit: 10 })).uploads).toEqual([next, kept])
})

async function signalOsds(signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
  for (const name of cluster.daemons) {
    if (name.startsWith('osd.')) await cluster.kill(name, signal)
  }
}
