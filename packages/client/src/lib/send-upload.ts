import { type EncodedMultipart, formatMultipart } from '@wx-upload/multipart'
import type { Clock } from './clock.ts'
import type { StopSignal } from './stop.ts'
import type { OwnTransport, Platform, UploadFile, UploadRequest } from './transport.ts'
import type { UploadCall } from './upload-call.ts'
import type { Signal } from './upload-state.ts'

/** An upload whose turn has come. */
export interface Upload<F extends UploadFile> {
  readonly call: UploadCall
  readonly invokedAtMs: number
  readonly startedAtMs: number
  readonly platform: Pick<Platform<F>, 'openFile'>
  readonly transport: OwnTransport<F>
  readonly sendRepeatedly: SendRepeatedly
  readonly clock: Clock
  readonly maxResponseBytes: number
  readonly signal: (signal: Signal) => void
  readonly stop: StopSignal
}

/** Sends a request until what comes is final. [U-29] */
export type SendRepeatedly = <F extends UploadFile>(
  request: UploadRequest<F>,
  upload: Upload<F>,
) => Promise<void>

/**
 * Opens the files of an upload and sends them, again where that may help; resolves when nothing of it is left.
 *
 * @throws {UploadError} where a file cannot be read, or no whole response came
 */
export async function sendUpload<F extends UploadFile>(upload: Upload<F>): Promise<void> {
  const { call, platform, transport, signal, stop } = upload
  const files: F[] = []
  try {
    for (const file of call.files) {
      files.push(await platform.openFile(file))
      if (stop.aborted) return
    }
    const request = createRequest(upload, files)
    if (call.retry > 0) await upload.sendRepeatedly(request, upload)
    else await transport(request, signal, stop)
  } finally {
    for (const file of files) await file.close()
  }
}

function createRequest<F extends UploadFile>(
  { call, invokedAtMs, startedAtMs, maxResponseBytes }: Upload<F>,
  files: readonly F[],
): UploadRequest<F> {
  const { method, url, urlRules, header, mayUseHttp2, withCredentials } = call
  return {
    method,
    url,
    urlRules,
    header,
    mayUseHttp2,
    withCredentials,
    // [U-14] The fields in order, then the files: S3, OSS and COS form uploads need that.
    body:
      method === 'POST'
        ? formatMultipart([...call.fields, ...files])
        : bare(files, call.contentType),
    maxResponseBytes,
    times: { invokedAtMs, startedAtMs },
  }
}

/** [U-29] The one file of a call without a form. */
function bare<F extends UploadFile>(
  files: readonly F[],
  contentType = files[0]?.type || 'application/octet-stream',
): EncodedMultipart<F> {
  return { contentType, contentLength: files[0]?.size ?? 0, segments: files }
}
