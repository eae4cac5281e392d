import { setTimeout as sleep } from 'node:timers/promises'
import { createWx } from '@wx-upload/client'
import { readSlice } from './content.ts'
import type { PlannedUpload } from './upload-plan.ts'

/** How one try ended: the receiver's answer, or why there is none. */
type Try = { readonly status: number; readonly data: string } | { readonly failed: string }

/** How an upload ended for its client. */
export interface Outcome {
  readonly upload: PlannedUpload
  /** Tries after the first one. */
  readonly retries: number
  /** The upload's id, where the client saw it succeed. */
  readonly id: string | undefined
  /** What the last try came to, for the message of a failure. */
  readonly last: string
}

/** Where an upload goes, and what it is made of. */
export interface ClientOptions {
  readonly url: string
  /** The file that contents are slices of. */
  readonly contentFile: string
}

const mostTries = 40
const firstPauseMs = 50
const longestPauseMs = 2000
/** More than a field may have. */
const tooLongField = 'x'.repeat(300 * 1024)

// It gives up when the network does; how fast the machine is has no part in it.
const wx = createWx({ timeout: Infinity, maxConcurrent: 100, warn: () => undefined })

/**
 * Uploads as a client does that wants it stored: it sends it again, with the same Idempotency-Key, after a failure of the network
 * and an answer of 5xx, until it knows.
 */
export async function uploadUntilKnown(
  upload: PlannedUpload,
  options: ClientOptions,
): Promise<Outcome> {
  for (let retries = 0; ; retries += 1) {
    const result = await tryUpload(upload, options)
    const isKnown = 'status' in result ? result.status < 500 : upload.kind === 'aborted'
    if (isKnown || retries === mostTries) return { upload, retries, ...summarize(result) }
    await sleep(Math.min(firstPauseMs * 2 ** retries, longestPauseMs))
  }
}

function summarize(result: Try): { id: string | undefined; last: string } {
  if ('failed' in result) return { id: undefined, last: result.failed }
  const { status, data } = result
  const id = status === 200 ? (JSON.parse(data) as { id: string }).id : undefined
  return { id, last: `${status} ${data.slice(0, 200)}` }
}

function tryUpload(upload: PlannedUpload, options: ClientOptions): Promise<Try> {
  switch (upload.kind) {
    case 'single':
    case 'aborted':
    case 'over-limit':
      return tryWithWx(upload, options)
    case 'several':
    case 'malformed':
      return tryWithFetch(upload, options)
    default:
      return upload.kind satisfies never
  }
}

async function tryWithWx(
  { name, kind, files }: PlannedUpload,
  { url, contentFile }: ClientOptions,
): Promise<Try> {
  const [slice = { offset: 0, sizeBytes: 0 }] = files
  const filePath = await readSlice(contentFile, slice)
  return new Promise((resolve) => {
    const task = wx.uploadFile({
      url,
      filePath,
      name: 'file',
      fileName: `${name}.bin`,
      header: { 'Idempotency-Key': name },
      formData: { upload: name, ...(kind === 'over-limit' ? { tooLongField } : {}) },
      success: ({ statusCode, data }) => resolve({ status: statusCode, data }),
      fail: ({ errMsg }) => resolve({ failed: errMsg }),
    })
    if (kind !== 'aborted') return
    task.onProgressUpdate(({ totalBytesSent }) => {
      if (totalBytesSent > 0) task.abort()
    })
  })
}

/** Sends several files, which `wx.uploadFile` does not; or a form that breaks off, in a request that does not. */
async function tryWithFetch(
  { name, kind, files }: PlannedUpload,
  { url, contentFile }: ClientOptions,
): Promise<Try> {
  const form = new FormData()
  form.append('upload', name)
  for (const [index, slice] of files.entries()) {
    form.append('file', await readSlice(contentFile, slice), `${name}-${index}.bin`)
  }
  const whole = new Request(url, { method: 'POST', body: form })
  const headers = {
    'Content-Type': whole.headers.get('Content-Type') ?? '',
    'Idempotency-Key': name,
  }
  const body = kind === 'malformed' ? withoutEnd(await whole.blob()) : form
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: kind === 'malformed' ? headers : { 'Idempotency-Key': name },
    })
    return { status: response.status, data: await response.text() }
  } catch (error) {
    const { message, cause } = error as Error
    return { failed: `${message}: ${String(cause)}` }
  }
}

function withoutEnd(body: Blob): Blob {
  return body.slice(0, body.size - 10)
}
