import { randomBytes } from 'node:crypto'
import { createS3Storage } from '@wx-upload/receiver/s3'
import { createServer } from '@wx-upload/receiver/server'
import type { Storage } from '@wx-upload/receiver'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { CephCluster } from '../../scripts/lib/ceph/ceph-cluster.mjs'
import { startCephCluster } from '../../scripts/lib/ceph/start-ceph-cluster.mjs'
import { hashBytes } from './content.ts'
import { hashStoredFile, listUploads } from './stored-uploads.ts'

const megabyte = 1_000_000
const osdBytes = 2000 * megabyte
const operationTimeoutMs = 4000
/** How many operations an upload may wait for, one after the other; on a busy machine a timer is late, too. */
const mostOperations = 10
const bucket = 'outage'
const poll = { interval: 500, timeout: 120_000 }
const smallBytes = 1000
/** More than one request of a multipart upload. */
const largeBytes = 20 * megabyte

let cluster: CephCluster
let storage: Storage
let server: Awaited<ReturnType<typeof createServer>>
let url = ''
/** What every upload that was answered with 200 should give back, by its id. */
const stored = new Map<string, string>()

beforeAll(async () => {
  cluster = await startCephCluster({ store: 'memstore', osds: 2, osdBytes })
  await cluster.createBucket(bucket)
  storage = createS3Storage({ ...cluster.s3, bucket, operationTimeoutMs, orphanAgeMs: 3_600_000 })
  server = await createServer({ storage, log: 'silent' })
  url = (await server.listen()).url
})

afterAll(async () => {
  await server.close()
  await cluster.stop()
})

// A test that fails leaves the others a store.
afterEach(async () => {
  for (const name of cluster.daemons) await cluster.restart(name)
})

/** The answer to an upload: its status, and what the problem is called. It comes in bounded time, whatever the store does. */
async function upload(sizeBytes: number): Promise<string> {
  const content = randomBytes(sizeBytes)
  const form = new FormData()
  form.append('file', new Blob([content]), 'file.bin')
  const response = await fetch(`${url}/upload`, {
    method: 'POST',
    body: form,
    signal: AbortSignal.timeout(mostOperations * operationTimeoutMs),
  })
  const answer = (await response.json()) as { id: string; type?: string }
  if (response.status === 200) stored.set(answer.id, await hashBytes(chunksOf(content)))
  return `${response.status} ${answer.type?.replace('urn:wx-upload:problem:', '') ?? ''}`.trimEnd()
}

async function* chunksOf(content: Buffer): AsyncGenerator<Buffer, void, undefined> {
  yield content
}

async function statusOf(path: string): Promise<number> {
  const signal = AbortSignal.timeout(mostOperations * operationTimeoutMs)
  const response = await fetch(url + path, { signal })
  await response.text()
  return response.status
}

/** What is listed, and given back, is what was answered with 200, and nothing else. */
async function expectStored(): Promise<void> {
  // What the store was doing when the receiver gave up may be done later, and is undone.
  await expect
    .poll(async () => {
      await storage.sweep()
      return (await listUploads(url)).map(({ id }) => id).toSorted()
    }, poll)
    .toEqual([...stored.keys()].toSorted())
  for (const [id, sha256] of stored) {
    expect(await hashStoredFile(url, { id, index: 0 })).toBe(sha256)
  }
}

describe('a store that is out of reach', () => {
  it.each(['SIGKILL', 'SIGSTOP'] as const)(
    'is answered with 503 in bounded time after %s of every radosgw, and used again when it is back',
    async (signal) => {
      expect(await upload(smallBytes)).toBe('200')
      await cluster.kill('rgw.0', signal)
      await cluster.kill('rgw.1', signal)

      expect(await upload(smallBytes)).toBe('503 storage-unavailable')
      expect(await upload(largeBytes)).toBe('503 storage-unavailable')
      expect(await statusOf('/uploads')).toBe(503)
      expect(await statusOf('/readyz')).toBe(503)
      expect(await statusOf('/healthz')).toBe(200)

      await cluster.restart('rgw.0')
      await cluster.restart('rgw.1')
      await expect.poll(() => statusOf('/readyz'), poll).toBe(200)
      await expect.poll(() => upload(largeBytes), poll).toBe('200')
      await expectStored()
    },
  )

  it('is answered with 503 in bounded time when its disks hang, and used again when they are back', async () => {
    await cluster.kill('osd.0', 'SIGSTOP')
    await cluster.kill('osd.1', 'SIGSTOP')
    expect(await upload(smallBytes)).toBe('503 storage-unavailable')
    expect(await upload(largeBytes)).toBe('503 storage-unavailable')
    expect(await statusOf('/readyz')).toBe(503)
    await cluster.restart('osd.0')
    await cluster.restart('osd.1')
    await expect.poll(() => upload(largeBytes), poll).toBe('200')
    await expectStored()
  })
})

describe('a store that has no room', () => {
  it('is answered with 507 over a quota, and used again when the quota is lifted', async () => {
    await cluster.setQuota(largeBytes)
    await expect.poll(() => upload(largeBytes), poll).toBe('507 storage-full')
    expect(await upload(largeBytes)).toBe('507 storage-full')
    await expectStored()

    await cluster.setQuota(null)
    await expect.poll(() => upload(largeBytes), poll).toBe('200')
    await expectStored()
  })

  it('is answered with 503 or 507 in bounded time when it is full, and used again when there is room', async () => {
    await cluster.setFullRatio((largeBytes * 4) / osdBytes)
    const refusal = expect.stringMatching(/^50[37] storage-(?:unavailable|full)$/)
    await expect.poll(() => upload(largeBytes), poll).toEqual(refusal)
    expect(await upload(largeBytes)).toEqual(refusal)
    expect(await upload(smallBytes)).toEqual(refusal)

    await cluster.setFullRatio(0.95)
    await expect.poll(() => upload(largeBytes), poll).toBe('200')
    await expectStored()
  })
})
