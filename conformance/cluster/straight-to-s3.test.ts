import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'
import { createPresignedPost } from '@aws-sdk/s3-presigned-post'
import { createWx } from '@wx-upload/client'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { CephCluster } from '../../scripts/lib/ceph/ceph-cluster.mjs'

const run = promisify(execFile)
const examples = fileURLToPath(new URL('../../examples/', import.meta.url))
const cluster = new CephCluster(inject('cephFolder'))
const Bucket = 'straight-to-s3'
const Key = 'photos/mine.jpg'
const most = 1_000_000
const s3 = new S3Client(cluster.s3)
const wx = createWx()

beforeAll(() => cluster.createBucket(Bucket))
afterAll(() => s3.destroy())

/** What a back end gives to a client that may store one JPEG. */
function permitUpload({ Expires = 600 } = {}) {
  return createPresignedPost(s3, {
    Bucket,
    Key,
    Fields: { 'Content-Type': 'image/jpeg' },
    Conditions: [['content-length-range', 1, most]],
    Expires,
  })
}

/** Uploads so many bytes. Returns the store's answer, or why there is none. */
function upload(
  { url, fields }: { url: string; fields: Record<string, string> },
  { sizeBytes, abortAtByte = Infinity }: { sizeBytes: number; abortAtByte?: number },
): Promise<string> {
  return new Promise((resolve) => {
    const task = wx.uploadFile({
      url,
      filePath: new Blob([new Uint8Array(sizeBytes).fill(7)]),
      fileName: 'mine.jpg',
      name: 'file',
      formData: fields,
      success: ({ statusCode, data }) => {
        resolve([statusCode, /<Code>(\w+)/.exec(data)?.[1]].join(' ').trimEnd())
      },
      fail: ({ errMsg }) => resolve(errMsg),
    })
    task.onProgressUpdate(({ totalBytesSent }) => {
      if (totalBytesSent >= abortAtByte) task.abort()
    })
  })
}

async function listKeys(): Promise<(string | undefined)[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }))
  return Contents.map((object) => object.Key)
}

describe('examples/straight-to-s3.mjs', () => {
  it('stores the photograph in the bucket, as it is and with its type', async () => {
    const env = { ...process.env, ...cluster.environment, BUCKET: Bucket }
    const { stdout } = await run(process.execPath, ['straight-to-s3.mjs'], { cwd: examples, env })

    expect(stdout).toMatch(/^204 photos\/\S+\.jpg\n$/)
    const photo = { Bucket, Key: stdout.trim().slice('204 '.length) }
    const stored = await s3.send(new GetObjectCommand(photo))
    expect(stored.ContentType).toBe('image/jpeg')
    const bytes = await stored.Body?.transformToByteArray()
    expect(Buffer.from(bytes ?? []).equals(await readFile(path.join(examples, 'photo.jpg')))).toBe(
      true,
    )
  })
})

describe('wx.uploadFile straight into the store', () => {
  it('stores what the policy allows, and the answer says so', async () => {
    expect(await upload(await permitUpload(), { sizeBytes: most })).toBe('204')
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key }))
    expect([head.ContentLength, head.ContentType]).toEqual([most, 'image/jpeg'])
  })

  it('tells in success what the store says to a file that is too large, another name or type, or an old permit', async () => {
    const before = await listKeys()
    const permit = await permitUpload()
    const withFields = (fields: Record<string, string>) => ({
      url: permit.url,
      fields: { ...permit.fields, ...fields },
    })
    const sizeBytes = 1000
    expect(await upload(permit, { sizeBytes: most + 1 })).toBe('400 EntityTooLarge')
    expect(await upload(withFields({ key: 'photos/yours.jpg' }), { sizeBytes })).toBe(
      '403 AccessDenied',
    )
    expect(await upload(withFields({ 'Content-Type': 'text/html' }), { sizeBytes })).toBe(
      '403 AccessDenied',
    )
    expect(await upload(await permitUpload({ Expires: -60 }), { sizeBytes })).toBe(
      '403 AccessDenied',
    )
    expect(await listKeys()).toEqual(before)
  })

  it('leaves nothing of an upload that is aborted in the middle', async () => {
    const before = await listKeys()
    const { url, fields } = await createPresignedPost(s3, { Bucket, Key: 'aborted' })
    const answer = await upload({ url, fields }, { sizeBytes: 64 * most, abortAtByte: most })
    expect(answer).toBe('uploadFile:fail abort')
    expect(await listKeys()).toEqual(before)
  })
})
