import { randomUUID } from 'node:crypto'
import {
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  S3Client,
} from '@aws-sdk/client-s3'
import { inject } from 'vitest'
import { createS3Storage, type S3StorageOptions } from '../../packages/receiver/src/s3.ts'
import type { Storage } from '../../packages/receiver/src/index.ts'
import { CephCluster } from '../../scripts/lib/ceph/ceph-cluster.mjs'

export const cluster: CephCluster = new CephCluster(inject('cephFolder'))

/** A folder of its own in a bucket of the cluster, for one test. */
export class TestBucket {
  readonly bucket: string
  readonly prefix: string = randomUUID()
  readonly client: S3Client = new S3Client({
    ...cluster.s3,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })

  constructor(bucket: string) {
    this.bucket = bucket
  }

  /** A server's storage in it. */
  storage(options: Partial<S3StorageOptions> = {}): Storage {
    return createS3Storage({
      ...cluster.s3,
      bucket: this.bucket,
      prefix: this.prefix,
      ...options,
    })
  }

  /** All that is in it, as keys below the prefix, but for what says who sweeps. */
  async keys(): Promise<string[]> {
    const keys: string[] = []
    let token: string | undefined
    do {
      const page: ListObjectsV2CommandOutput = await this.client.send(
        new ListObjectsV2Command({
          Bucket: this.bucket,
          Prefix: `${this.prefix}/`,
          ContinuationToken: token,
        }),
      )
      keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key.slice(this.prefix.length + 1)))
      token = page.NextContinuationToken
    } while (token !== undefined)
    return keys.filter((key) => !key.startsWith('sweeps/'))
  }

  /** How many multipart uploads are neither complete nor aborted. */
  async openMultiparts(): Promise<number> {
    const { Uploads } = await this.client.send(
      new ListMultipartUploadsCommand({ Bucket: this.bucket, Prefix: `${this.prefix}/` }),
    )
    return Uploads?.length ?? 0
  }
}
