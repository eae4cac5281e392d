import type { EncodedMultipart } from '@wx-upload/multipart'
import type { HeadersReceived } from '../api.ts'
import { networkError, UploadError } from '../errors.ts'
import { emptyProfile } from '../request-profile.ts'
import type { StopSignal } from '../stop.ts'
import type { UploadRequest } from '../transport.ts'
import type { Signal } from '../upload-state.ts'
import { type BrowserFile, readLastByte } from './open-file.ts'
import { watchRequests } from './resource-timing.ts'

/** Sends a request by XMLHttpRequest: of what a browser offers, it alone reports how much has been sent. */
export async function sendByXhr(
  request: UploadRequest<BrowserFile>,
  emit: (signal: Signal) => void,
  stop: StopSignal,
): Promise<void> {
  // A service worker has none.
  if (!('XMLHttpRequest' in globalThis)) throw new UploadError('not-supported')
  const { method, url, header, body, maxResponseBytes, times } = request
  const files = filesOf(body)
  const startMs = Date.now()
  const profile = {
    ...emptyProfile,
    invokeStart: times.invokedAtMs,
    queueStart: times.invokedAtMs,
    queueEnd: times.startedAtMs,
    fetchStart: startMs,
    requestStart: startMs,
  }
  let allSent: Promise<void> | undefined

  const xhr = new XMLHttpRequest()
  xhr.open(method, url)
  xhr.withCredentials = request.withCredentials
  // [U-20] As text it would be decoded by the response's own charset.
  xhr.responseType = 'arraybuffer'
  for (const [name, value] of Object.entries(header)) xhr.setRequestHeader(name, value)
  // The type of a Blob is in lower case, and the boundary is not.
  xhr.setRequestHeader('Content-Type', body.contentType)

  xhr.upload.addEventListener('progress', ({ loaded }) => {
    emit({ type: 'sent', bytes: loaded, atMs: performance.now() })
    if (loaded < body.contentLength) return
    profile.requestEnd = Date.now()
    // [U-16] What was sent is a whole only if the files are still what they were.
    allSent ??= assertUnchanged(files)
    // Somebody waits for it unless the request fails before.
    allSent.catch(() => undefined)
  })
  xhr.addEventListener('readystatechange', () => {
    if (xhr.readyState !== xhr.HEADERS_RECEIVED || xhr.status === 0) return
    profile.responseStart = Date.now()
    emit({ type: 'headers', headers: readHeaders(xhr) })
  })

  emit({ type: 'started', totalBytes: body.contentLength })
  // An empty body is at 100 with that, and a listener that hears of it may abort. [U-26]
  if (stop.aborted) return
  const received = receive(xhr, maxResponseBytes)
  const timing = watchRequests(url.href)
  const abort = (): void => xhr.abort()
  stop.addEventListener('abort', abort)
  try {
    xhr.send(new Blob(body.segments.map((part) => ('content' in part ? part.content : part))))
    const content = await received
    await allSent
    profile.responseEnd = Date.now()
    profile.sendBytesCount = body.contentLength
    profile.receivedBytedCount = content.byteLength
    // One byte order mark goes; what is no UTF-8 becomes U+FFFD.
    emit({ type: 'body', data: new TextDecoder().decode(content), profile: timing.addTo(profile) })
  } catch (error) {
    await assertUnchanged(files)
    throw error
  } finally {
    stop.removeEventListener('abort', abort)
    timing.stop()
  }
}

/** The whole body of the response. */
function receive(xhr: XMLHttpRequest, maxBytes: number): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    const refuse = (): void =>
      reject(new UploadError('response-too-large', { detail: `${maxBytes}` }))
    xhr.addEventListener('progress', ({ loaded }) => {
      if (loaded <= maxBytes) return
      refuse()
      xhr.abort()
    })
    xhr.addEventListener('load', () => {
      const content: ArrayBuffer = xhr.response ?? new ArrayBuffer(0)
      if (content.byteLength > maxBytes) refuse()
      else resolve(content)
    })
    // [U-22] A browser hides the reason, all but one.
    const fail = (): void =>
      reject(
        networkError(
          navigator.onLine ? '-2:net::ERR_FAILED' : '-106:net::ERR_INTERNET_DISCONNECTED',
        ),
      )
    xhr.addEventListener('error', fail)
    // [U-03] A user who stops the page leads here, of whom nobody else tells; so does `abort()`, whose task has ended already.
    xhr.addEventListener('abort', fail)
  })
}

function filesOf(body: EncodedMultipart<BrowserFile>): BrowserFile[] {
  return body.segments.filter((part) => 'content' in part)
}

/** A browser refuses to read a file of the disk that is no longer what was chosen. */
async function assertUnchanged(files: readonly BrowserFile[]): Promise<void> {
  try {
    await Promise.all(files.map(({ content }) => readLastByte(content)))
  } catch (cause) {
    throw new UploadError('file-changed', { cause })
  }
}

/**
 * What a browser shows of a header: names in lower case, repeated ones joined, a line each [XMLHttpRequest §3.6.4], and no
 * cookies [Fetch §2.2.6]. [U-24]
 */
function readHeaders(xhr: XMLHttpRequest): HeadersReceived {
  const lines = xhr.getAllResponseHeaders().matchAll(/^(.+?): (.*)$/gm)
  return {
    header: Object.fromEntries(Array.from(lines, (line) => line.slice(1))),
    statusCode: xhr.status,
    cookies: [],
  }
}
