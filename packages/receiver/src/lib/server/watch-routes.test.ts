import { describe, expect, it, onTestFinished } from 'vitest'
import { createDiskStorage } from '../../fs.ts'
import type { Storage } from '../../index.ts'
import { createServer, type ListenOptions, type ServerOptions } from '../../server.ts'
import { listenTo } from '../http/event-listener.fixture.ts'
import {
  contentType,
  eventually,
  formatPart,
  halfDone,
  patiently,
  post,
  RawClient,
  temporaryFolder,
  writtenAhead,
} from '../receiver.fixture.ts'
import { readMetrics } from '../metrics/read-metrics.fixture.ts'
import { ReceiverError } from '../problem/errors.ts'

const sample = { name: 'f', fileName: 'f.txt', body: 'content' }

describe('R-10 /metrics', () => {
  it('counts uploads by how they ended, bytes, calls of the storage, and what is open', async () => {
    const { url, port, folder } = await startServer()
    const before = await readMetrics(url)
    expect(before.value('wx_upload_uploads_total{outcome="stored"}')).toBe(0)
    const { files } = (await post(url, [sample])).body
    await fetch(`${url}/upload`, { method: 'POST', body: '{}' })
    await (await fetch(files[0].url)).text()
    await (await fetch(files[0].url, { headers: { Range: 'bytes=1-2' } })).text()
    const { listener } = await listenTo(url)
    await eventually('the first state', () => listener.state !== undefined)
    const client = new RawClient(port)
    client.sendHead({ 'Content-Length': 2 * writtenAhead })
    client.send(formatPart({ ...sample, body: 'x'.repeat(writtenAhead) }))
    await eventually('an upload under way', async () => (await halfDone(folder)).length === 1)
    const { value } = await readMetrics(url)
    expect(value('wx_upload_uploads_total{outcome="stored"}')).toBe(1)
    expect(value('wx_upload_uploads_total{outcome="not-multipart"}')).toBe(1)
    expect(value('wx_upload_uploads_total{outcome="storage-full"}')).toBe(0)
    expect(value('wx_upload_duration_seconds_count')).toBe(1)
    expect(value('wx_upload_received_bytes_total')).toBeGreaterThan(500_000)
    expect(value('wx_upload_served_bytes_total')).toBe('content'.length + 2)
    expect(value('wx_upload_uploads_in_flight')).toBe(1)
    expect(value('wx_upload_event_listeners')).toBe(1)
    expect(value('wx_upload_connections')).toBeGreaterThanOrEqual(3)
    expect(value('wx_upload_storage_operation_duration_seconds_count{operation="publish"}')).toBe(1)
    expect(value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0)
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(0)
    client.socket.destroy()
    await expect
      .poll(async () => (await readMetrics(url)).value('wx_upload_uploads_in_flight'), patiently)
      .toBe(0)
  })

  it('counts what the storage fails at', async () => {
    const storage = createDiskStorage(await temporaryFolder(), { durability: 'none' })
    storage.list = () => Promise.reject(new ReceiverError('storage-unavailable', 'Listing failed'))
    storage.get = () => Promise.reject(new Error('unknown'))
    const { url } = await startServer({ storage })
    await fetch(`${url}/uploads`)
    await fetch(`${url}/uploads/01ARZ3NDEKTSV4RRFFQ69G5FAV`)
    const { value } = await readMetrics(url)
    expect(
      value('wx_upload_storage_errors_total{operation="list",code="storage-unavailable"}'),
    ).toBe(1)
    expect(value('wx_upload_storage_errors_total{operation="get",code="internal"}')).toBe(1)
  })

  it('counts for each server by itself', async () => {
    const [first, second] = [await startServer(), await startServer()]
    await post(first.url, [sample])
    const stored = 'wx_upload_uploads_total{outcome="stored"}'
    expect((await readMetrics(first.url)).value(stored)).toBe(1)
    expect((await readMetrics(second.url)).value(stored)).toBe(0)
  })

  it('is in the text format, or as OpenMetrics where that is accepted, in any order', async () => {
    const { url } = await startServer()
    for (const accept of ['*/*', 'application/openmetrics-text; version=1.0.0', 'text/plain']) {
      const response = await fetch(`${url}/metrics`, { headers: { Accept: accept } })
      const text = await response.text()
      const isOpen = accept.startsWith('application/openmetrics-text')
      expect(response.headers.get('Content-Type')).toBe(
        isOpen
          ? 'application/openmetrics-text; version=1.0.0; charset=utf-8'
          : 'text/plain; version=0.0.4; charset=utf-8',
      )
      expect(text).toMatch(/^wx_upload_uploads_total\{outcome="stored"\} 0$/m)
      expect(text).toContain(`# TYPE wx_upload_uploads${isOpen ? '' : '_total'} counter\n`)
      expect(text.endsWith('# EOF\n')).toBe(isOpen)
    }
  })

  it.each(['/metrics', '/healthz', '/readyz'])(
    'is read by no page of another origin: %s',
    async (path) => {
      const { url } = await startServer()
      const answer = await fetch(url + path, { headers: { Origin: 'https://page.example' } })
      expect(answer.status).toBe(200)
      expect(answer.headers.get('Access-Control-Allow-Origin')).toBeNull()
      expect(answer.headers.get('Cross-Origin-Resource-Policy')).toBe('same-origin')
      expect(answer.headers.get('Cache-Control')).toBe('no-store')
      expect(answer.headers.get('X-Request-Id')).toMatch(/^\w{26}$/)
      const preflight = await fetch(url + path, {
        method: 'OPTIONS',
        headers: { Origin: 'https://page.example', 'Access-Control-Request-Method': 'GET' },
      })
      expect(preflight.headers.get('Access-Control-Allow-Origin')).toBeNull()
    },
  )

  it('moves to a port of its own, with the health and nothing else', async () => {
    const { url, metricsUrl } = await startServer({ metrics: { port: 0 } })
    const base = new URL('/', metricsUrl).href
    expect(base).not.toBe(`${url}/`)
    expect((await fetch(`${url}/metrics`)).status).toBe(404)
    for (const [path, status] of [
      ['metrics', 200],
      ['healthz', 200],
      ['readyz', 200],
      ['uploads', 404],
      ['', 404],
      ['%zz', 404],
    ] as const) {
      const answer = await fetch(base + path)
      expect([path, answer.status]).toEqual([path, status])
      if (status === 404)
        expect(answer.headers.get('Content-Type')).toMatch(/^application\/problem\+json/)
    }
    const client = new RawClient(Number(new URL(base).port))
    client.send('GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n')
    await expect.poll(() => client.received, patiently).toMatch(/^HTTP\/1\.1 421 /)
  })

  it('R-08 is behind the admin token where uploads need tickets, and open at a port of its own', async () => {
    const adminToken = 'a'.repeat(32)
    const tickets = { ticketSecret: 's'.repeat(32), adminToken }
    const { url } = await startServer(tickets)
    const refused = await fetch(`${url}/metrics`)
    expect([refused.status, await refused.text()]).toEqual([
      401,
      expect.not.stringContaining('wx_upload_'),
    ])
    const headers = { Authorization: `Bearer ${adminToken}` }
    expect((await fetch(`${url}/metrics`, { headers })).status).toBe(200)
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    const { metricsUrl = '' } = await startServer({ ...tickets, metrics: { port: 0 } })
    expect((await fetch(metricsUrl)).status).toBe(200)
  })

  it('is nowhere where it is not wanted', async () => {
    const { url, metricsUrl } = await startServer({ metrics: false })
    expect(metricsUrl).toBeUndefined()
    expect((await fetch(`${url}/metrics`)).status).toBe(404)
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
  })
})

describe('R-10 /readyz', () => {
  it('says why an upload would not be taken, while /healthz says that the process lives', async () => {
    const storage = createDiskStorage(await temporaryFolder(), { durability: 'none' })
    storage.check = () => Promise.reject(new ReceiverError('storage-unavailable', 'No disk: EIO'))
    const { url } = await startServer({ storage })
    const ready = await fetch(`${url}/readyz`)
    expect([ready.status, await ready.json()]).toEqual([
      503,
      expect.objectContaining({
        type: 'urn:wx-upload:problem:storage-unavailable',
        detail: 'No disk: EIO',
      }),
    ])
    const health = await fetch(`${url}/healthz`)
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }])
  })

  it('is 503 from the first moment of close(), while an upload finishes', async () => {
    const { server, port, folder, metricsUrl } = await startServer({ metrics: { port: 0 } })
    const client = new RawClient(port)
    const file = formatPart({ ...sample, body: 'x'.repeat(writtenAhead) })
    const end = '--boundary-of-a-test--\r\n'
    client.sendHead({ 'Content-Type': contentType, 'Content-Length': file.length + end.length })
    client.send(file)
    await eventually('an upload under way', async () => (await halfDone(folder)).length === 1)
    const closed = server.close()
    const ready = await fetch(new URL('/readyz', metricsUrl))
    expect([ready.status, await ready.json()]).toEqual([
      503,
      expect.objectContaining({ type: 'urn:wx-upload:problem:stopping' }),
    ])
    client.send(end)
    await closed
    await expect.poll(() => client.received, patiently).toMatch(/^HTTP\/1\.1 200 /)
  })

  it('is 503 during drainMs, while uploads are taken', async () => {
    const { server, url } = await startServer()
    const closed = server.close({ drainMs: 3_600_000 })
    expect((await fetch(`${url}/readyz`)).status).toBe(503)
    expect((await post(url, [sample])).status).toBe(200)
    await server.close()
    await closed
  })
})

async function startServer({ storage, ...options }: Partial<ServerOptions> & ListenOptions = {}) {
  const folder = await temporaryFolder()
  const used: Storage = storage ?? createDiskStorage(folder, { durability: 'none' })
  const server = await createServer({ storage: used, log: 'silent', ...options })
  onTestFinished(() => server.close({ graceMs: 0 }))
  return { server, folder, ...(await server.listen()) }
}
