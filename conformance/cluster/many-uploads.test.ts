import { S3Client } from '@aws-sdk/client-s3'
import type { Storage } from '@wx-upload/receiver'
import { createS3Storage } from '@wx-upload/receiver/s3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CephCluster } from '../../scripts/lib/ceph/ceph-cluster.mjs'
import { startCephCluster } from '../../scripts/lib/ceph/start-ceph-cluster.mjs'
import { createRecordCopier } from './many-records.ts'

/** How many uploads are in the bucket when it is listed; `LISTED_UPLOADS=1000,100000,1000000` takes a quarter of an hour. */
const sizes = (process.env['LISTED_UPLOADS'] ?? '100,3000').split(',').map(Number)
const pageSize = 50
const times = 9
const bucket = 'many'

let cluster: CephCluster | undefined
let client: S3Client | undefined
let storage: Storage | undefined
let requests: string[] = []

beforeAll(async () => {
  // How its disks keep what they have plays no part.
  cluster = await startCephCluster({ store: 'memstore', osds: 1, gateways: 1 })
  await cluster.createBucket(bucket)
  client = new S3Client(cluster.s3)
  client.middlewareStack.add(
    (next, context) => (args) => {
      requests.push(String(context['commandName']).replace('Command', ''))
      return next(args)
    },
    { step: 'initialize' },
  )
  storage = createS3Storage({ client, bucket })
  await storage.open()
})

afterAll(async () => {
  client?.destroy()
  await cluster?.stop()
})

/** Stores one upload, as a receiver does. */
async function storeUpload(target: Storage): Promise<void> {
  const upload = target.createUpload()
  const file = upload.createFile('photo.jpg')
  await file.write([Buffer.from('a photograph')])
  await file.end()
  const { storedAs } = file
  const stored = {
    field: 'file',
    name: 'photo.jpg',
    storedAs,
    type: 'image/jpeg',
    size: 12,
    sha256: null,
  }
  const receivedAt = new Date().toISOString()
  await target.publish(await upload.seal({ receivedAt, files: [stored], fields: {} }))
}

it(
  'lists a page with one request for the names and one for each upload, however many there are',
  { timeout: 0 },
  async () => {
    if (cluster === undefined || client === undefined || storage === undefined) {
      throw new Error('there is no cluster')
    }
    await storeUpload(storage)
    const { endpoint } = cluster.s3
    const copier = await createRecordCopier(client, { endpoint, bucket })
    const expected = ['ListObjectsV2', ...Array.from({ length: pageSize }, () => 'GetObject')]
    let there = 1
    for (const size of sizes) {
      await copier.copy(there - 1, size - 1)
      there = size

      const latencies: number[] = []
      for (let time = 0; time < times; time += 1) {
        requests = []
        const startedAt = performance.now()
        const page = await storage.list({ limit: pageSize })
        latencies.push(performance.now() - startedAt)
        expect(page.uploads).toHaveLength(pageSize)
        expect(page.next).not.toBeNull()
        expect(requests).toEqual(expected)
      }
      const [median = 0] = latencies.toSorted((a, b) => a - b).slice((times - 1) / 2)
      console.log(
        `${size} uploads: a page of ${pageSize} takes ${median.toFixed(0)} ms, ${requests.length} requests`,
      )

      // So does any other page.
      const { next } = await storage.list({ limit: size / 2 > 1000 ? pageSize : size / 2 })
      requests = []
      const later = await storage.list({ limit: pageSize, before: next ?? '' })
      expect(later.uploads).toHaveLength(pageSize)
      expect(requests).toEqual(expected)
    }
  },
)
