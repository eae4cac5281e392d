import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import type { Flaw } from './flaws.fixture.ts'
import { boundary, encodeForm } from './plain-form.fixture.ts'

type Listener = (value: unknown) => void

/** The option of an upload, as far as the cases go. */
export interface TaskOption {
  readonly url: string
  readonly filePath: string
  readonly name: string
  readonly header?: Readonly<Record<string, string>>
  readonly formData?: Readonly<Record<string, unknown>>
  readonly timeout?: number
  readonly success?: Listener
  readonly fail?: Listener
  readonly complete?: Listener
}

const chunkBytes = 512 * 1024
let lastData = ''

/** An upload of the plain host. */
export class PlainTask {
  readonly #option: TaskOption
  readonly #flaw: Flaw | undefined
  readonly #listeners = { progress: [] as Listener[], headers: [] as Listener[] }
  #sending: ClientRequest | undefined
  #isOver = false
  #aborts = 0
  #end: () => void = () => undefined

  constructor(option: TaskOption, flaw: Flaw | undefined) {
    this.#option = option
    this.#flaw = flaw
  }

  abort(): void {
    this.#aborts += 1
    if (this.#flaw === 'throws-at-the-second-abort' && this.#aborts > 1) throw new Error('again')
    if (this.#flaw === 'cannot-abort-early' && !this.#sending) return
    if (this.#flaw !== 'aborts-in-name-only') this.#sending?.destroy()
    if (this.#flaw === 'aborts-in-silence') this.#isOver = true
    setImmediate(() => this.fail('abort'))
    if (this.#flaw !== 'goes-on-telling') return
    setImmediate(() =>
      this.#tell('progress', { progress: 1, totalBytesSent: 1, totalBytesExpectedToSend: 2 }),
    )
  }

  onProgressUpdate(listener: Listener): void {
    this.#listeners.progress.push(listener)
  }

  offProgressUpdate(listener?: Listener): void {
    this.#listeners.progress = this.#without(this.#listeners.progress, listener)
  }

  onHeadersReceived(listener: Listener): void {
    this.#listeners.headers.push(listener)
  }

  offHeadersReceived(listener?: Listener): void {
    this.#listeners.headers = this.#without(this.#listeners.headers, listener)
  }

  /** Uploads. Resolves when it has ended. */
  async run(): Promise<void> {
    const ended = new Promise<void>((resolve) => (this.#end = resolve))
    if (this.#isOver) return
    const { filePath, name, formData = {}, timeout } = this.#option
    let body: Buffer
    try {
      body = await encodeForm({ filePath, name, formData, flaw: this.#flaw })
    } catch {
      if (this.#flaw !== 'waits-for-files-for-ever') this.fail('file not found')
      return
    }
    if (this.#isOver) return
    if (timeout !== undefined && this.#flaw !== 'has-no-timeout') {
      setTimeout(() => {
        this.#sending?.destroy()
        this.fail('timeout')
      }, timeout)
    }
    this.#send(this.#option.url, body)
    await ended
  }

  fail(reason: string): void {
    const errMsg =
      this.#flaw === 'gives-no-reason' ? 'uploadFile:fail undefined' : `uploadFile:fail ${reason}`
    if (this.#flaw === 'succeeds-always')
      this.#finish('success', { errMsg: 'uploadFile:ok', data: '' })
    else this.#finish('fail', { errMsg })
  }

  #send(url: string, body: Buffer): void {
    const header: Record<string, string> = {
      'Content-Type': `multipart/form-data; boundary=${boundary}`,
    }
    for (const [name, value] of Object.entries(this.#option.header ?? {})) {
      if (this.#flaw === 'drops-headers') continue
      if (/^referer$/i.test(name) && this.#flaw !== 'sends-referer') continue
      if (/^content-type$/i.test(name)) {
        if (this.#flaw === 'sends-any-content-type') header['Content-Type'] = value
        continue
      }
      header[name] = value
    }
    if (this.#flaw !== 'sends-chunks') header['Content-Length'] = String(body.length)
    const sending = request(url, {
      method: this.#flaw === 'sends-put' ? 'PUT' : 'POST',
      headers: header,
    })
    this.#sending = sending
    sending.on('error', (error) => this.fail(error.message))
    sending.on('response', (response) => {
      const { location } = response.headers
      if (location === undefined || this.#flaw === 'does-not-redirect') void this.#receive(response)
      else {
        response.resume()
        this.#send(new URL(location, url).href, body)
      }
    })
    this.#write(sending, body)
  }

  #write(sending: ClientRequest, body: Buffer, sent = 0): void {
    if (sending.destroyed) return
    if (sent === body.length) {
      sending.end()
      return
    }
    const next = Math.min(sent + chunkBytes, body.length)
    sending.write(body.subarray(sent, next), () => {
      this.#tellProgress(next, body.length)
      this.#write(sending, body, next)
    })
  }

  #tellProgress(sent: number, total: number): void {
    const exact = Math.floor((sent / total) * 100)
    const isLast = sent === total
    const progress = isLast && this.#flaw === 'stops-at-99' ? 99 : exact
    this.#tell('progress', {
      progress: this.#flaw === 'goes-back' ? 100 - progress : progress,
      totalBytesSent: sent,
      ...(this.#flaw === 'knows-no-total' ? {} : { totalBytesExpectedToSend: total }),
    })
  }

  async #receive(response: IncomingMessage): Promise<void> {
    const { statusCode = 0, rawHeaders } = response
    if (statusCode >= 300 && this.#flaw === 'fails-for-statuses') this.fail(`HTTP ${statusCode}`)
    const header =
      this.#flaw === 'has-headers-as-text' ? rawHeaders.join('\n') : { ...response.headers }
    if (this.#flaw !== 'hears-headers-at-the-end') this.#tell('headers', { header })
    const chunks: Buffer[] = []
    try {
      for await (const chunk of response) chunks.push(chunk as Buffer)
    } catch {
      if (this.#flaw !== 'takes-half-an-answer') {
        this.fail('incomplete')
        return
      }
    }
    if (this.#flaw === 'hears-headers-at-the-end') this.#tell('headers', { header })
    const cookies = this.#flaw === 'has-no-cookies' ? [] : (response.headers['set-cookie'] ?? [])
    const errMsg = this.#flaw === 'says-nothing-of-ok' ? 'ok' : 'uploadFile:ok'
    const data = this.#decode(Buffer.concat(chunks))
    this.#finish('success', { data, statusCode, header, cookies, errMsg })
  }

  #decode(bytes: Buffer): unknown {
    const text = new TextDecoder('utf-8', { ignoreBOM: this.#flaw === 'keeps-the-mark' }).decode(
      bytes,
    )
    if (this.#flaw === 'parses-json' && text.startsWith('{')) return JSON.parse(text)
    if (this.#flaw === 'has-null-for-empty' && text === '') return null
    if (this.#flaw !== 'mixes-results-up') return text
    const other = lastData
    lastData = text
    return other
  }

  #finish(type: 'success' | 'fail', result: object): void {
    if (this.#isOver) return
    this.#isOver = true
    const { success, fail, complete } = this.#option
    const callbacks = [type === 'success' ? success : fail]
    if (type === 'success' && this.#flaw === 'succeeds-twice') callbacks.push(success)
    if (type === 'fail' && this.#flaw === 'succeeds-after-failing') callbacks.push(success)
    this.#callEach(callbacks, result)
    const isThrown = this.#flaw === 'does-not-isolate' && this.#hasThrown
    if (!isThrown) this.#callEach([complete], this.#flaw === 'completes-with-nothing' ? {} : result)
    this.#end()
  }

  #tell(event: 'progress' | 'headers', value: unknown): void {
    if (this.#isOver && this.#flaw !== 'goes-on-telling') return
    this.#callEach([...this.#listeners[event]], value)
  }

  #hasThrown = false

  #callEach(callbacks: readonly (Listener | undefined)[], value: unknown): void {
    for (const callback of callbacks) {
      try {
        callback?.(value)
      } catch {
        this.#hasThrown = true
        if (this.#flaw === 'does-not-isolate') return
      }
    }
  }

  #without(listeners: Listener[], listener: Listener | undefined): Listener[] {
    if (listener === undefined) return this.#flaw === 'removes-nothing-for-nothing' ? listeners : []
    const isOther = this.#flaw === 'removes-the-other-one'
    return listeners.filter((each) => (each === listener) === isOther)
  }
}
