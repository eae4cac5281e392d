import { randomUUID } from 'node:crypto'
import { beforeAll, inject } from 'vitest'
import { describeStorage } from '../../packages/receiver/src/lib/storage/describe-storage.fixture.ts'
import { createS3Storage } from '../../packages/receiver/src/s3.ts'
import { CephCluster } from '../../scripts/lib/ceph/ceph-cluster.mjs'

const cluster = new CephCluster(inject('cephFolder'))
const bucket = `storage-${randomUUID()}`

beforeAll(() => cluster.createBucket(bucket))

describeStorage('S3, two servers at two radosgw of a Ceph cluster', async () => {
  const prefix = randomUUID()
  const [one, other = one] = cluster.endpoints.map((endpoint) =>
    createS3Storage({ ...cluster.s3, endpoint, bucket, prefix }),
  )
  if (one === undefined || other === undefined) throw new Error('the cluster has no radosgw')
  return [one, other]
})
