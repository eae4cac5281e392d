import { existsSync } from 'node:fs'
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { expect, inject, it } from 'vitest'
import { CephCluster } from '../../scripts/lib/ceph/ceph-cluster.mjs'
import { startCephCluster } from '../../scripts/lib/ceph/start-ceph-cluster.mjs'

const cluster = new CephCluster(inject('cephFolder'))

it('keeps what was stored when an OSD, a radosgw and the monitor are killed, and each comes back', async () => {
  const [first, second] = cluster.endpoints.map(
    (endpoint) => new S3Client({ ...cluster.s3, endpoint, maxAttempts: 10 }),
  )
  const object = { Bucket: 'survivors', Key: 'one' }
  await cluster.createBucket(object.Bucket)
  await first?.send(new PutObjectCommand({ ...object, Body: 'what was stored' }))

  for (const name of ['osd.0', 'rgw.0', 'mon.a'] as const) {
    await cluster.kill(name)
    const kept = await second?.send(new GetObjectCommand(object))
    expect([name, await kept?.Body?.transformToString()]).toEqual([name, 'what was stored'])
    await cluster.restart(name)
  }
  const listed = await first?.send(new ListObjectsV2Command({ Bucket: object.Bucket }))
  expect(listed?.KeyCount).toBe(1)
})

it('runs beside another cluster, of which nothing is left when it has been stopped', async () => {
  const beside = await startCephCluster({ store: 'memstore', osds: 1, gateways: 1 })
  expect(beside.endpoints).not.toEqual(cluster.endpoints.slice(0, 1))
  await beside.createBucket('beside')
  await beside.stop()
  expect(existsSync(beside.folder)).toBe(false)
  await expect(fetch(beside.s3.endpoint)).rejects.toThrow('fetch failed')
})
