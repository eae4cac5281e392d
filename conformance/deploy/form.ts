import http from 'node:http'
import { text } from 'node:stream/consumers'

const boundary = 'wx-upload-cut'

/** The Content-Type of {@link createForm}. */
export const formType = `multipart/form-data; boundary=${boundary}`

/** A form with one file, as it goes over the wire. */
export function createForm(content: Uint8Array, name = 'photo.jpg'): Buffer {
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n`
  return Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)])
}

/** How a request ended. */
export interface Answer {
  readonly status: number | undefined
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

/** What is different about a request. */
export interface PostOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string | number>>
  /** The address that it comes from. */
  readonly localAddress?: string
}

/** Begins to post a form of which nothing has been written yet. */
export function startPost(
  url: string,
  { method = 'POST', headers = {}, ...options }: PostOptions = {},
): http.ClientRequest {
  return http.request(url, {
    method,
    ...options,
    headers: { 'Content-Type': formType, ...headers },
  })
}

/** The answer to a request. */
export async function answerTo(request: http.ClientRequest): Promise<Answer> {
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    request.on('response', resolve)
    request.on('error', reject)
  })
  const { statusCode: status, headers } = response
  return { status, headers, body: await text(response) }
}
