import path from 'node:path'
import type { UploadOption, Wx } from '@wx-upload/client'
import { type Outcome, upload } from '../upload.ts'
import type { PutOptions } from './put-options.ts'

/** What all files of a command are sent with. */
export interface Sending {
  readonly wx: Wx
  readonly url: URL
  readonly options: PutOptions
  readonly signal: AbortSignal
}

/** Uploads a file; `onSent` hears how many of its bytes are on their way. */
export function sendFile(
  { path: file, sizeBytes }: { path: string; sizeBytes: number },
  { wx, url, options, signal }: Sending,
  onSent: (sentBytes: number) => void,
): Promise<Outcome> {
  return upload(toUploadOption(file, url, options), {
    wx,
    signal,
    onProgress(event) {
      // The task counts the whole form, most of which goes ahead of the file.
      const formBytes = event.totalBytesExpectedToSend - sizeBytes
      onSent(Math.min(sizeBytes, Math.max(0, event.totalBytesSent - formBytes)))
    },
  })
}

function toUploadOption(file: string, url: URL, options: PutOptions): UploadOption {
  const request = {
    url: url.href,
    // An absolute path, so that no name, such as file:a.txt, is taken for an address.
    filePath: path.resolve(file),
    header: options.header,
    // A person is watching, who knows better than a minute how long the file may take.
    timeout: options.timeout ?? Infinity,
    ...(options.retry !== undefined && { retry: options.retry }),
    ...(options.http2 && { enableHttp2: true }),
  }
  // [U-29] The file alone, without a form.
  if (options.put) return { ...request, method: 'PUT' }
  return { ...request, name: options.name, formData: options.form }
}
