import { once } from 'node:events'
import { Agent, request } from 'node:http'
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketAclCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { forEach } from './concurrency.ts'

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const timeLength = 10
const writersAtOnce = 32

/** Copies the record of the one upload in a bucket. */
export interface RecordCopier {
  /** Writes the copies from one number to below another. Each is an upload of its own, a second older than the one before. */
  copy(from: number, to: number): Promise<void>
}

/**
 * Makes a bucket ready to be filled with records: who writes a million needs no signatures, which would take longer than all
 * the rest.
 */
export async function createRecordCopier(
  client: S3Client,
  { endpoint, bucket }: { endpoint: string; bucket: string },
): Promise<RecordCopier> {
  const { Contents } = await client.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: 'uploads/' }),
  )
  const model = Contents?.[0]?.Key ?? ''
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: model }))
  const body = Buffer.from((await Body?.transformToByteArray()) ?? [])
  await client.send(new PutBucketAclCommand({ Bucket: bucket, ACL: 'public-read-write' }))

  // A key is the upload's id with each digit inverted: its time, and then what tells it from others of that time.
  const timeStart = 'uploads/'.length
  const rest = model.slice(timeStart + timeLength)
  const newest = decodeInverted(model.slice(timeStart, timeStart + timeLength))
  const agent = new Agent({ keepAlive: true, maxSockets: writersAtOnce })
  return {
    async copy(from, to) {
      const numbers = Array.from({ length: to - from }, (_, index) => from + index)
      await forEach(numbers, writersAtOnce, async (number) => {
        const key = `uploads/${encodeInverted(newest - (1 + number) * 1000)}${rest}`
        await put(`${endpoint}/${bucket}/${key}`, { body, agent })
      })
    },
  }
}

async function put(url: string, { body, agent }: { body: Buffer; agent: Agent }): Promise<void> {
  const sent = request(url, { method: 'PUT', agent, headers: { 'Content-Length': body.length } })
  sent.end(body)
  const [response] = await once(sent, 'response')
  response.resume()
  await once(response, 'end')
  if (response.statusCode !== 200) throw new Error(`the store answered ${response.statusCode}`)
}

function decodeInverted(text: string): number {
  return Array.from(text).reduce((time, digit) => 32 * time + 31 - digits.indexOf(digit), 0)
}

function encodeInverted(time: number): string {
  let text = ''
  let left = time
  for (let count = 0; count < timeLength; count += 1) {
    text = digits.charAt(31 - (left % 32)) + text
    left = Math.floor(left / 32)
  }
  return text
}
