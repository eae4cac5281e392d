import {
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3'

/** How many objects of each kind are in a bucket of receivers, and multipart uploads that were not completed. */
export interface BucketContents {
  readonly records: number
  readonly files: number
  /** Idempotency-Keys and tickets, which are kept as long as they are promised. */
  readonly claims: number
  /** Anything else, but for the names by which servers agree on who sweeps. */
  readonly others: readonly string[]
  readonly multipartUploads: number
}

/** Looks at everything that is in a bucket, without the receiver. */
export async function readBucket(client: S3Client, bucket: string): Promise<BucketContents> {
  const keys: string[] = []
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket })) {
    keys.push(...Contents.flatMap(({ Key }) => Key ?? []))
  }
  const countIn = (folder: string): number => keys.filter((key) => key.startsWith(folder)).length
  const open = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
  return {
    records: countIn('uploads/'),
    files: countIn('files/'),
    claims: countIn('claims/'),
    others: keys.filter((key) => !/^(?:uploads|files|claims|sweeps)\//.test(key)),
    multipartUploads: open.Uploads?.length ?? 0,
  }
}
