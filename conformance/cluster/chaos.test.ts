import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { S3Client } from '@aws-sdk/client-s3'
import { createS3Storage } from '@wx-upload/receiver/s3'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { CephCluster, type DaemonName } from '../../scripts/lib/ceph/ceph-cluster.mjs'
import { findFreePorts } from '../../scripts/lib/free-ports.mjs'
import { type BucketContents, readBucket } from './bucket-contents.ts'
import { forEach } from './concurrency.ts'
import { hashSlice, writeContent } from './content.ts'
import { type Death, KillSchedule, type Victim } from './kill-schedule.ts'
import { type Nginx, startNginx } from './nginx.ts'
import { ReceiverProcess } from './receiver-process.ts'
import { hashStoredFile, type ListedUpload, listUploads } from './stored-uploads.ts'
import { type Outcome, uploadUntilKnown } from './upload-client.ts'
import { planUploads } from './upload-plan.ts'

/** Another one is another plan: sizes, contents, and the order of all. */
const seed = Number(process.env['CHAOS_SEED'] ?? 20_261)
const clients = 20
const readersAtOnce = 4
const contentBytes = 256_000_000
const largestBytes = 200_000_000
const bucket = 'chaos'
// Every try sweeps the bucket.
const poll = { interval: 1000, timeout: 120_000 }

const cluster = new CephCluster(inject('cephFolder'))
const s3 = new S3Client(cluster.s3)
let folder = ''
let contentFile = ''
let receivers: readonly ReceiverProcess[] = []
let nginx: Nginx | undefined
let outcomes: readonly Outcome[] = []
let listed: readonly ListedUpload[] = []

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'wx-upload-chaos-'))
  contentFile = path.join(folder, 'content')
  await writeContent(contentFile, { sizeBytes: contentBytes, seed })
  await cluster.createBucket(bucket)
  const ports = await findFreePorts(3)
  nginx = await startNginx({ receivers: ports, gateways: cluster.endpoints })
  const storage = cluster.storageUrl(bucket, nginx.storeUrl)
  receivers = ports.map((port) => new ReceiverProcess({ port, storage, env: cluster.environment }))
  await Promise.all(receivers.map((receiver) => receiver.restart()))
})

afterAll(async () => {
  await Promise.all(receivers.map((receiver) => receiver.stop()))
  await nginx?.stop()
  s3.destroy()
  await rm(folder, { recursive: true, force: true })
})

function daemon(name: DaemonName): Victim {
  return {
    kind: name.replace(/\..*/, ''),
    kill: () => cluster.kill(name),
    restart: () => cluster.restart(name),
  }
}

/** Who dies, after how many uploads, for how many. */
function listDeaths(): Death[] {
  const [first, second, third] = receivers
  if (first === undefined || second === undefined || third === undefined) return []
  return [
    { victim: first, after: 10, lasting: 5 },
    { victim: daemon('rgw.0'), after: 20, lasting: 20 },
    { victim: second, after: 30, lasting: 5 },
    { victim: daemon('osd.1'), after: 50, lasting: 20 },
    { victim: third, after: 60, lasting: 5 },
    { victim: first, after: 80, lasting: 5 },
    { victim: daemon('rgw.0'), after: 95, lasting: 20 },
    { victim: second, after: 110, lasting: 5 },
    { victim: daemon('osd.1'), after: 125, lasting: 20 },
    { victim: third, after: 140, lasting: 5 },
    { victim: first, after: 155, lasting: 5 },
    { victim: second, after: 170, lasting: 5 },
  ]
}

describe('two hundred uploads from twenty clients, while receivers, a radosgw and an OSD are killed', () => {
  it('end for every client as they should: stored, or refused where they must not be stored', async () => {
    const url = `${nginx?.url}/upload`
    const schedule = new KillSchedule(listDeaths())
    const plan = planUploads({ seed, contentBytes, largestBytes })
    const ended: Outcome[] = []
    await forEach(plan, clients, async (upload) => {
      ended.push(await uploadUntilKnown(upload, { url, contentFile }))
      schedule.advance()
    })
    await schedule.finish()
    outcomes = ended

    const wrong = outcomes.filter(({ upload: { kind }, id }) => {
      const shouldBeStored = kind === 'single' || kind === 'several'
      return (id !== undefined) !== shouldBeStored
    })
    expect(wrong).toEqual([])
    // They noticed.
    expect(countRetries()).toBeGreaterThan(0)
  })

  it('[R-02] [R-09] are listed by every receiver exactly where a client saw them succeed, once', async () => {
    const succeeded = outcomes
      .flatMap(({ upload, id }) => (id === undefined ? [] : [`${id} ${upload.name}`]))
      .toSorted()
    for (const receiver of receivers) {
      listed = await listUploads(receiver.url)
      expect(listed.map(({ id, fields }) => `${id} ${fields.upload}`).toSorted()).toEqual(succeeded)
    }
  })

  it('[R-02] are given back with the SHA-256 of what was sent', async () => {
    const planned = new Map(outcomes.map(({ upload }) => [upload.name, upload.files]))
    let next = 0
    await forEach(listed, readersAtOnce, async ({ id, files, fields }) => {
      const receiver = receivers[(next += 1) % receivers.length]?.url ?? ''
      const slices = planned.get(fields.upload) ?? []
      const sent: string[] = []
      const stored: string[] = []
      for (const [index, slice] of slices.entries()) {
        sent.push(await hashSlice(contentFile, slice))
        stored.push(await hashStoredFile(receiver, { id, index }))
      }
      expect(stored).toEqual(sent)
      expect(files.map(({ sha256 }) => sha256)).toEqual(sent)
    })
  })

  it('leave nothing behind, after a sweep, that belongs to no upload', async () => {
    const before = await readBucket(s3, bucket)
    const files = listed.flatMap((upload) => upload.files).length
    const storage = createS3Storage({ ...cluster.s3, bucket, orphanAgeMs: 1 })
    const sweep = async (): Promise<BucketContents> => {
      await storage.sweep()
      return readBucket(s3, bucket)
    }
    const nothingElse = { others: [], multipartUploads: 0 }
    await expect.poll(sweep, poll).toMatchObject({ records: listed.length, files, ...nothingElse })

    // An upload that is removed takes all of itself along.
    await forEach(listed, readersAtOnce, async ({ id }) => {
      const response = await fetch(`${nginx?.url}/uploads/${id}`, { method: 'DELETE' })
      expect(response.status).toBe(204)
    })
    await expect.poll(sweep, poll).toMatchObject({ records: 0, files: 0, ...nothingElse })

    const leftBehind = before.files - files + before.multipartUploads
    console.log(`${summarize()}; swept: ${leftBehind} objects and multipart uploads`)
  })
})

/** The figures of the run, in one line. */
function summarize(): string {
  const stored = outcomes.filter(({ id }) => id !== undefined)
  const bytes = listed.flatMap(({ files }) => files).reduce((sum, { size }) => sum + size, 0)
  const listedIds = new Set(listed.map(({ id }) => id))
  const lost = stored.filter(({ id }) => id !== undefined && !listedIds.has(id))
  return [
    `${outcomes.length} uploads (seed ${seed})`,
    `${stored.length} stored with ${bytes} bytes`,
    `${outcomes.length - stored.length} refused or aborted`,
    `${countRetries()} retries`,
    `${listDeaths().length} kills`,
    `lost = ${lost.length}`,
  ].join(', ')
}

function countRetries(): number {
  return outcomes.reduce((sum, { retries }) => sum + retries, 0)
}
