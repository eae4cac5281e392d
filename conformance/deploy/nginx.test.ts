import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { createWx, type UploadFileSuccess, type UploadTask } from '@wx-upload/client'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { answerTo, createForm, formType, startPost } from './form.ts'
import { createReceivers, type Receiver } from './receivers.ts'
import { type ShippedNginx, startShippedNginx } from './shipped-nginx.ts'

/** What the suite reads of a receiver's answer. */
interface Stored {
  readonly id: string
  readonly files: readonly {
    readonly url: string
    readonly size: number
    readonly sha256: string
  }[]
}

const kibibyte = 1024
const mebibyte = 1024 * kibibyte
const publicUrl = 'https://upload.example.com'
// Not one of those that may see the list.
const anybody = '127.0.0.2'

let folder = ''
let receivers: readonly Receiver[] = []
let nginx: ShippedNginx

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'wx-upload-deploy-'))
  receivers = await createReceivers(3)
  nginx = await startShippedNginx(receivers.map(({ port }) => port))
  await Promise.all(receivers.map((receiver) => receiver.start({ folder, publicUrl })))
})

afterAll(async () => {
  await Promise.all(receivers.map((receiver) => receiver.stop()))
  await nginx.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Uploads with `wx.uploadFile` over HTTPS. */
function upload(
  content: Blob,
  {
    header = {},
    onTask,
  }: { header?: Record<string, string>; onTask?: (task: UploadTask) => void } = {},
): Promise<UploadFileSuccess> {
  const wx = createWx({ ca: nginx.certificate, timeout: Infinity })
  return new Promise((resolve, reject) => {
    const task = wx.uploadFile({
      url: `${nginx.url}/upload`,
      filePath: content,
      name: 'file',
      fileName: 'photo.jpg',
      header,
      success: resolve,
      fail: reject,
    })
    onTask?.(task)
  })
}

function* endlessForm(): Generator<Buffer, void, undefined> {
  const form = createForm(Buffer.alloc(mebibyte))
  yield form.subarray(0, mebibyte)
  for (;;) yield Buffer.alloc(mebibyte)
}

function readStored(data: string): Stored {
  return JSON.parse(data) as Stored
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/** A stored file's address, at the plain server. */
function fileUrl({ id }: Stored): string {
  return `${nginx.plainUrl}/uploads/${id}/files/0`
}

async function listIds(before?: string): Promise<string[]> {
  const page = before === undefined ? '' : `&before=${before}`
  const response = await fetch(`${nginx.plainUrl}/uploads?limit=1000${page}`)
  const { uploads, next } = (await response.json()) as {
    uploads: { id: string }[]
    next: string | null
  }
  const rest = next === null ? [] : await listIds(next)
  return [...uploads.map(({ id }) => id), ...rest]
}

describe('uploads through nginx', () => {
  it.each([0, 1, 100 * kibibyte, 5 * mebibyte])(
    'of %d bytes by wx.uploadFile over HTTPS are stored, under the address that clients know',
    async (sizeBytes) => {
      const content = randomBytes(sizeBytes)
      const { statusCode, data } = await upload(new Blob([content]))
      expect(statusCode).toBe(200)
      const stored = readStored(data)
      expect(stored.files).toMatchObject([
        {
          size: sizeBytes,
          sha256: sha256(content),
          url: `${publicUrl}/uploads/${stored.id}/files/0`,
        },
      ])
      const served = await (await fetch(fileUrl(stored))).arrayBuffer()
      expect(sha256(new Uint8Array(served))).toBe(sha256(content))
    },
  )

  it('over HTTP/2 and over plain HTTP are stored', async () => {
    const form = createForm(randomBytes(mebibyte))
    const session = http2.connect(nginx.url, { ca: nginx.certificate })
    const stream = session.request({
      ':method': 'POST',
      ':path': '/upload',
      'content-type': formType,
    })
    stream.end(form)
    const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders]
    expect([headers[':status'], readStored(await text(stream)).files[0]?.size]).toEqual([
      200,
      mebibyte,
    ])
    session.close()

    const request = startPost(`${nginx.plainUrl}/upload`)
    request.end(form)
    expect((await answerTo(request)).status).toBe(200)
  })

  it('keep the id of their request, which is in the answer', async () => {
    const { header } = await upload(new Blob(['x']), { header: { 'X-Request-Id': 'my-upload-1' } })
    expect(header).toMatchObject({ 'X-Request-Id': 'my-upload-1' })
    const another = await upload(new Blob(['x']), { header: { 'X-Request-Id': 'no id' } })
    expect(another.header).toMatchObject({
      'X-Request-Id': expect.stringMatching(/^[0-9a-f]{32}$/),
    })
  })

  it('[R-04] are refused by the receiver while they are sent, and the client hears it', async () => {
    let sentBytes = 0
    const content = new Blob(Array.from({ length: 100 }, () => Buffer.alloc(mebibyte)))
    const { statusCode, data } = await upload(content, {
      onTask: (task) => {
        task.onProgressUpdate(({ totalBytesSent }) => {
          sentBytes = totalBytesSent
        })
      },
    })
    expect(statusCode).toBe(413)
    expect(JSON.parse(data)).toMatchObject({
      type: 'urn:wx-upload:problem:limit-exceeded',
      limit: { name: 'fileSizeBytes' },
    })
    expect(sentBytes).toBeLessThan(content.size)
  })

  it('[R-04] are refused over HTTP/2 while they are sent, too', async () => {
    const session = http2.connect(nginx.url, { ca: nginx.certificate })
    const stream = session.request({
      ':method': 'POST',
      ':path': '/upload',
      'content-type': formType,
    })
    // nginx ends the stream with its answer.
    stream.on('error', () => undefined)
    const body = Readable.from(endlessForm())
    body.pipe(stream)
    const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders]
    expect([headers[':status'], await text(stream)]).toEqual([
      413,
      expect.stringContaining('"fileSizeBytes"'),
    ])
    body.destroy()
    session.destroy()
  })

  it('are refused before anything is sent, where they say that they are over the limit of nginx, and ask', async () => {
    const request = startPost(`${nginx.plainUrl}/upload`, {
      headers: { 'Content-Length': 2 * 1024 * mebibyte, Expect: '100-continue' },
    })
    let mayGoOn = false
    request.on('continue', () => {
      mayGoOn = true
    })
    request.flushHeaders()
    const { status, headers, body } = await answerTo(request)
    request.destroy()
    expect([mayGoOn, status, headers['content-type']]).toEqual([
      false,
      413,
      'application/problem+json',
    ])
    expect(JSON.parse(body)).toMatchObject({ type: 'urn:wx-upload:problem:limit-exceeded' })
  })

  it('are told to go on, where they ask and are small enough', async () => {
    const form = createForm(Buffer.from('hello'))
    const request = startPost(`${nginx.plainUrl}/upload`, {
      headers: { 'Content-Length': form.length, Expect: '100-continue' },
    })
    request.on('continue', () => request.end(form))
    request.flushHeaders()
    expect((await answerTo(request)).status).toBe(200)
  })
})

describe('what nginx lets through', () => {
  it('[R-07] parts of files, by Range', async () => {
    const { data } = await upload(new Blob(['0123456789']))
    const response = await fetch(fileUrl(readStored(data)), { headers: { Range: 'bytes=2-4' } })
    expect([response.status, await response.text()]).toEqual([206, '234'])
    expect(response.headers.get('Content-Range')).toBe('bytes 2-4/10')
  })

  it('[R-12] live events, while an upload is still under way', async () => {
    const [receiver] = receivers
    const single = await startShippedNginx([receiver?.port ?? 0])
    onTestFinished(() => single.stop())
    const response = await fetch(`${single.plainUrl}/events`)
    const events = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    const form = createForm(randomBytes(100 * kibibyte), 'live.jpg')
    const request = startPost(`${single.plainUrl}/upload`)
    const answer = answerTo(request)
    request.write(form.subarray(0, 50 * kibibyte))

    let seen = ''
    const until = async (pattern: RegExp): Promise<void> => {
      while (!pattern.test(seen)) seen += (await events?.read())?.value ?? ''
    }
    await until(/event: receiving\ndata: .*"receivedBytes":[1-9]/)
    request.end(form.subarray(50 * kibibyte))
    await until(/event: stored\ndata: .*live\.jpg/)
    expect((await answer).status).toBe(200)
    await events?.cancel()
  })

  it('uploads and files for anybody; the list, the console and removing for nobody else than it says', async () => {
    const from = async (method: string, target: string): Promise<number | undefined> => {
      const url = `${nginx.plainUrl}${target}`
      const request = startPost(url, { method, localAddress: anybody })
      request.end(method === 'POST' ? createForm(Buffer.from('hello')) : undefined)
      return (await answerTo(request)).status
    }
    const { data } = await upload(new Blob(['hello']))
    const { id } = readStored(data)
    expect(await from('POST', '/upload')).toBe(200)
    expect(await from('GET', `/uploads/${id}/files/0`)).toBe(200)
    for (const [method, target] of [
      ['GET', '/'],
      ['GET', '/uploads'],
      ['GET', `/uploads/${id}`],
      ['DELETE', `/uploads/${id}`],
      ['DELETE', `/uploads/${id}/files/0`],
      ['GET', '/events'],
    ] as const) {
      expect([method, target, await from(method, target)]).toEqual([method, target, 403])
    }
    for (const target of ['/metrics', '/healthz', '/readyz'])
      expect(await from('GET', target)).toBe(404)
    expect((await fetch(`${nginx.plainUrl}/uploads/${id}`, { method: 'DELETE' })).status).toBe(204)
  })
})

describe('receivers that come and go behind nginx', () => {
  it('[R-09] [R-10] are restarted one after the other: uploads that are under way finish, and what meets a closing door is sent again and stored once', async () => {
    const before = new Set(await listIds())
    const over = new AbortController()
    const ids: string[] = []
    const refused: number[] = []
    const clients = Array.from({ length: 6 }, async (_, client) => {
      while (!over.signal.aborted) {
        const content = new Blob([randomBytes(client * 100 * kibibyte)])
        const header = { 'Idempotency-Key': randomUUID() }
        let answer = await upload(content, { header })
        // 502: the receiver closed its door on a connection that it had not taken yet. 503: it says that it stops.
        while (answer.statusCode === 502 || answer.statusCode === 503) {
          refused.push(answer.statusCode)
          answer = await upload(content, { header })
        }
        expect(answer.statusCode).toBe(200)
        ids.push(readStored(answer.data).id)
      }
    })
    for (const receiver of receivers) {
      expect(await receiver.stop('SIGTERM')).toBe(0)
      await receiver.start({ folder, publicUrl })
    }
    over.abort()
    await Promise.all(clients)
    expect(ids.length).toBeGreaterThan(refused.length)
    const stored = (await listIds()).filter((id) => !before.has(id))
    expect(stored.toSorted()).toEqual(ids.toSorted())
  })

  it('may be killed: what is sent then goes to the others', async () => {
    const [killed] = receivers
    await killed?.stop('SIGKILL')
    for (let count = 0; count < 12; count += 1) {
      expect((await upload(new Blob(['hello']))).statusCode).toBe(200)
    }
    await killed?.start({ folder, publicUrl })
  })

  it('[R-02] [R-09] may be killed in the middle of an upload: it fails, leaves nothing, and is stored once when it is sent again', async () => {
    const before = await listIds()
    const form = createForm(randomBytes(mebibyte))
    const post = () =>
      startPost(`${nginx.plainUrl}/upload`, {
        headers: { 'Content-Length': form.length, 'Idempotency-Key': 'once' },
      })
    const broken = post()
    const answer = answerTo(broken)
    broken.write(form.subarray(0, form.length / 2))
    let receiving: Receiver | undefined
    await expect
      .poll(async () => {
        for (const receiver of receivers) if (await receiver.isReceiving()) receiving = receiver
        return receiving
      })
      .toBeDefined()
    await receiving?.stop('SIGKILL')
    const { status, headers } = await answer
    expect([status, headers['content-type']]).toEqual([502, 'application/problem+json'])
    broken.destroy()
    expect(await listIds()).toEqual(before)

    const ids = new Set<string>()
    for (let count = 0; count < 3; count += 1) {
      const again = post()
      again.end(form)
      ids.add(readStored((await answerTo(again)).body).id)
    }
    expect(await listIds()).toEqual([...ids, ...before])
    await receiving?.start({ folder, publicUrl })
  })

  it('never get an upload that another one has been sent, where they break off', async () => {
    const methods: (string | undefined)[] = []
    const servers = await Promise.all(
      [0, 1, 2].map(async () => {
        const server = http.createServer((request) => {
          methods.push(request.method)
          request.resume().on('end', () => request.socket.destroy())
        })
        await once(server.listen(0, '127.0.0.1'), 'listening')
        return server
      }),
    )
    const front = await startShippedNginx(
      servers.map((server) => (server.address() as AddressInfo).port),
    )
    onTestFinished(async () => {
      await front.stop()
      for (const server of servers) server.close()
    })
    for (const body of [createForm(Buffer.from('hello')), createForm(randomBytes(mebibyte))]) {
      methods.length = 0
      const request = startPost(`${front.plainUrl}/upload`)
      request.end(body)
      expect((await answerTo(request)).status).toBe(502)
      expect(methods).toEqual(['POST'])
    }
  })
})
