import { randomBytes, randomUUID } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import {
  content,
  describeStorage,
  store,
} from '../../packages/receiver/src/lib/storage/describe-storage.fixture.ts'
import { folderKey, recordKey } from '../../packages/receiver/src/lib/storage/s3/s3-keys.ts'
import { formatSealed } from '../../packages/receiver/src/lib/storage/sealed-text.ts'
import type { Storage } from '../../packages/receiver/src/lib/storage/storage.ts'
import { cluster, TestBucket } from './s3-bucket.fixture.ts'
import { sha256, writeLarge } from './sealed-upload.fixture.ts'

const bucket = `storage-${randomUUID()}`
const mib = 1024 * 1024

beforeAll(() => cluster.createBucket(bucket))

describeStorage('S3, two servers at two radosgw of a Ceph cluster', async () => {
  const place = new TestBucket(bucket)
  const [one, other = one] = cluster.endpoints
  return [place.storage({ endpoint: one ?? '' }), place.storage({ endpoint: other ?? '' })]
})

describe('S3 storage on Ceph', () => {
  it('R-06 needs two requests that write for a small upload, and leaves two objects', async () => {
    const place = new TestBucket(bucket)
    const { storage, requests } = countingStorage(place)
    const { id } = await store(storage, [['photo.jpg', ['photo']]])
    expect(requests).toEqual(['PutObjectCommand', 'PutObjectCommand'])
    expect(await place.keys()).toEqual([
      expect.stringMatching(/^files\/[0-9A-Z]{26}\/photo\.jpg$/),
      expect.stringMatching(/^uploads\/[0-9A-Z]{26}\.json$/),
    ])
    expect(await storage.remove(id)).toBe(true)
    expect(await place.keys()).toEqual([])
  })

  it('R-09 needs a request for the claim and one to see that nobody has removed it, for an upload with a key', async () => {
    const { storage, requests } = countingStorage(new TestBucket(bucket))
    const sealed = await writeLarge(storage, Buffer.from('content'))
    await storage.claim('key/a', formatSealed(sealed))
    await storage.publish(sealed)
    const [file, claim, record] = Array.from({ length: 3 }, () => 'PutObjectCommand')
    expect(requests).toEqual([file, claim, record, 'ListObjectsV2Command'])
  })

  it('R-09 takes back what it published when it was removed at that moment', async () => {
    const place = new TestBucket(bucket)
    const storage = place.storage()
    const sealed = await writeLarge(storage, Buffer.from('content'))
    await storage.claim('key/a', formatSealed(sealed))
    // Another server publishes it, and a client removes it, before this one gets to it.
    const other = place.storage()
    expect(await other.publish(sealed)).toBe(true)
    expect(await other.remove(sealed.record.id)).toBe(true)
    expect(await storage.publish(sealed)).toBe(false)
    expect((await storage.list({ limit: 10 })).uploads).toEqual([])
  })

  it('R-06 keeps and gives back a large file whose parts are sent one by one, with its SHA-256', async () => {
    const place = new TestBucket(bucket)
    const storage = place.storage()
    const bytes = randomBytes(20 * mib + 12_345)
    const sealed = await writeLarge(storage, bytes)
    expect(await place.openMultiparts()).toBe(0)
    await storage.publish(sealed)
    const [file] = sealed.record.files
    if (file === undefined) throw new Error('no file')
    const whole = await storage.read(sealed.record.id, { file, start: 0, end: file.size - 1 })
    expect(sha256(await buffer(whole))).toBe(sha256(bytes))
    const [start, end] = [5 * mib - 5, 5 * mib + 5]
    const middle = await storage.read(sealed.record.id, { file, start, end })
    expect(await buffer(middle)).toEqual(bytes.subarray(start, end + 1))
  })

  it.each([5 * mib, 15 * mib, 5 * mib + 1])('stores a file of %d bytes whole', async (size) => {
    const storage = new TestBucket(bucket).storage()
    const bytes = randomBytes(size)
    const sealed = await writeLarge(storage, bytes)
    await storage.publish(sealed)
    const [file] = sealed.record.files
    if (file === undefined) throw new Error('no file')
    const stream = await storage.read(sealed.record.id, { file, start: 0, end: size - 1 })
    expect(sha256(await buffer(stream))).toBe(sha256(bytes))
  })

  it.each(['a b+c%20é图.txt', "it's (2)*~!.jpg", '😀&amp;<>', 'x\uFFFEy', '%2E%2E'])(
    'R-07 keeps and removes a file named %j',
    async (name) => {
      const place = new TestBucket(bucket)
      const storage = place.storage()
      const record = await store(storage, [[name, ['content']]])
      expect(await content(storage, record)).toBe('content')
      expect(await storage.remove(record.id)).toBe(true)
      expect(await place.keys()).toEqual([])
    },
  )

  it('R-02 leaves no object and no part of an upload that ends in the middle of a large file', async () => {
    const place = new TestBucket(bucket)
    const upload = place.storage().createUpload()
    await upload.createFile('small').end()
    await upload.createFile('large').write([randomBytes(20 * mib)])
    await upload.discard()
    expect(await place.openMultiparts()).toBe(0)
    expect(await place.keys()).toEqual([])
  })

  it('R-02 refuses content that changed on its way to the store', async () => {
    const place = new TestBucket(bucket)
    const { client } = place
    client.middlewareStack.add(
      (next) => (args) => {
        const { request } = args
        if (hasBody(request)) request.body = Buffer.from(request.body.map((byte) => byte ^ 1))
        return next(args)
      },
      { step: 'finalizeRequest', priority: 'low', name: 'damage' },
    )
    const upload = place.storage({ client }).createUpload()
    const small = upload.createFile('small')
    await small.write([Buffer.from('content')])
    await expect(small.end()).rejects.toMatchObject({ code: 'storage-unavailable' })
    const large = upload.createFile('large')
    await large.write([randomBytes(9 * mib)])
    await expect(large.end()).rejects.toMatchObject({ code: 'storage-unavailable' })
    await upload.discard()
    expect([await place.keys(), await place.openMultiparts()]).toEqual([[], 0])
  })

  it('R-02 shows nothing of an upload whose record was written when its answer was lost', async () => {
    const place = new TestBucket(bucket)
    const { client } = place
    let lost = 0
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const answer = await next(args)
          if (commandName !== 'PutObjectCommand' || !isRecord(args.input)) return answer
          lost += 1
          throw Object.assign(new Error('no answer came'), { name: 'TimeoutError' })
        },
      { step: 'initialize', name: 'loseAnswer' },
    )
    const storage = place.storage({ client })
    await expect(store(storage, [['a', ['a']]])).rejects.toMatchObject({
      code: 'storage-unavailable',
    })
    expect(lost).toBe(1)
    expect((await storage.list({ limit: 10 })).uploads).toEqual([])
  })

  it('R-06 lists a page with one request and one for each upload on it, whatever is in the bucket', async () => {
    const place = new TestBucket(bucket)
    const { storage, requests } = countingStorage(place)
    const template = await store(storage, [['a', ['a']]])
    await fillWithRecords(place, { template: template.id, count: 60 })
    const page = async () => {
      requests.length = 0
      const { uploads, next } = await storage.list({ limit: 50 })
      expect(uploads).toHaveLength(50)
      expect(next).toBe(uploads.at(-1)?.id)
      return countEach(requests)
    }
    const expected = { ListObjectsV2Command: 1, GetObjectCommand: 50 }
    expect(await page()).toEqual(expected)
    await fillWithRecords(place, { template: template.id, count: 2000 })
    expect(await page()).toEqual(expected)
  })

  it('R-03 answers with storage-full when the quota is used up, and takes uploads again when it is raised', async () => {
    const place = new TestBucket(bucket)
    const storage = place.storage()
    onTestFinished(() => cluster.setQuota(null))
    await cluster.setQuota(4096)
    const upload = storage.createUpload()
    const file = upload.createFile('large')
    await expect(
      (async () => {
        await file.write([randomBytes(mib)])
        await file.end()
      })(),
    ).rejects.toMatchObject({ code: 'storage-full' })
    await upload.discard()
    await cluster.setQuota(null)
    await store(storage, [['a', ['a']]])
    expect((await storage.list({ limit: 10 })).uploads).toHaveLength(1)
  })

  it('R-10 says which bucket is missing by saying that there is none', async () => {
    const storage = new TestBucket(`missing-${randomUUID()}`).storage()
    await expect(storage.open()).rejects.toMatchObject({
      code: 'storage-unavailable',
      message: 'Opening the storage found no bucket of its name: make it first',
    })
    await expect(storage.check()).rejects.toMatchObject({ code: 'storage-unavailable' })
  })

  it('reports a damaged record in a list, removes it, and reads nothing outside the folder of its upload', async () => {
    const place = new TestBucket(bucket)
    const storage = place.storage()
    const good = await store(storage, [['a', ['a']]])
    const bad = await store(storage, [['b', ['b']]])
    const keyOfBad = (await place.keys()).find((key) => key.startsWith('uploads/')) ?? ''
    for (const text of ['{', JSON.stringify({ version: 1, folder: 'files/../', fields: {} })]) {
      await put(place, keyOfBad, text)
      const page = await storage.list({ limit: 10 })
      expect(page.uploads).toEqual([good])
      expect(page.damaged).toEqual([{ id: bad.id, reason: expect.any(String) }])
      await expect(storage.get(bad.id)).rejects.toMatchObject({ code: 'upload-damaged' })
    }
    expect(await storage.remove(bad.id)).toBe(true)
    expect((await storage.list({ limit: 10 })).damaged).toEqual([])
  })

  it('R-06 tells a file that is gone or has another size than it had', async () => {
    const place = new TestBucket(bucket)
    const storage = place.storage()
    const { id, files } = await store(storage, [['a', ['content']]])
    const [file] = files
    if (file === undefined) throw new Error('no file')
    const key = (await place.keys()).find((name) => name.startsWith('files/')) ?? ''
    for (const text of ['short', 'longer than it was']) {
      await put(place, key, text)
      await expect(storage.read(id, { file, start: 0, end: 6 })).rejects.toMatchObject({
        code: 'upload-damaged',
      })
    }
    await place.client.send(
      new DeleteObjectCommand({ Bucket: bucket, Key: `${place.prefix}/${key}` }),
    )
    await expect(storage.read(id, { file, start: 0, end: 6 })).rejects.toMatchObject({
      code: 'not-found',
    })
  })
})

function countingStorage(place: TestBucket): { storage: Storage; requests: string[] } {
  const requests: string[] = []
  const client = new S3Client({ ...cluster.s3, requestChecksumCalculation: 'WHEN_REQUIRED' })
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        requests.push(commandName)
        return next(args)
      },
    { step: 'initialize', name: 'count' },
  )
  return { storage: place.storage({ client }), requests }
}

function countEach(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

async function put(place: TestBucket, key: string, body: string): Promise<void> {
  await place.client.send(
    new PutObjectCommand({ Bucket: bucket, Key: `${place.prefix}/${key}`, Body: body }),
  )
}

/** Puts records of uploads that are older than what is there. */
async function fillWithRecords(
  place: TestBucket,
  { template, count }: { template: string; count: number },
): Promise<void> {
  const random = template.slice(10)
  const text = JSON.stringify({
    version: 1,
    folder: folderKey(template),
    receivedAt: new Date().toISOString(),
    files: [],
    fields: {},
  })
  const times = Array.from({ length: count }, (_, index) => String(index).padStart(10, '0'))
  for (let start = 0; start < count; start += 32) {
    await Promise.all(
      times.slice(start, start + 32).map((time) => put(place, recordKey(time + random), text)),
    )
  }
}

function hasBody(request: unknown): request is { body: Buffer } {
  return (
    typeof request === 'object' &&
    request !== null &&
    'body' in request &&
    request.body instanceof Buffer &&
    request.body.length > 0
  )
}

function isRecord(input: object): boolean {
  return 'Key' in input && /\/uploads\/[^/]+\.json$/.test(String(input.Key))
}
