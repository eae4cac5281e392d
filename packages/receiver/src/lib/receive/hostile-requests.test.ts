import { describe, expect, it } from 'vitest'
import {
  formBoundary,
  contentType,
  filesBelow,
  formatPart,
  get,
  halfDone,
  openFilesBelow,
  patiently,
  post,
  RawClient,
  startReceiver,
  writtenAhead,
} from '../receiver.fixture.ts'

const sample = { name: 'f', fileName: 'f.bin', body: 'x'.repeat(100_000) }

// What made widely used servers crash, leak or hang; each body is complete, so that the answer depends on it alone.
const malformed: readonly (readonly [advisory: string, body: string | Buffer])[] = [
  [
    'CVE-2022-24434: a header that breaks off at its line break',
    `--${formBoundary}\r\nContent-Disposition: form-data; name="f"; filename="f"\r\nContent-Type:\r\n \r\n--${formBoundary}--\r\n`,
  ],
  [
    'CVE-2025-47944: a delimiter in the middle of a header',
    `--${formBoundary}\r\nContent-Disposition: form-data; name="f"\r\n--${formBoundary}\r\n\r\n--${formBoundary}--\r\n`,
  ],
  ['CVE-2025-7338: a file that never ends', formatPart(sample)],
  [
    'CVE-2026-3304: a good file before a bad part',
    Buffer.concat([
      formatPart(sample),
      Buffer.from(`--${formBoundary}\r\nno header\r\n\r\n\r\n--${formBoundary}--\r\n`),
    ]),
  ],
  [
    'CVE-2026-5038: a good file before one over a limit',
    Buffer.concat([formatPart(sample), formatPart({ ...sample, body: 'x'.repeat(300_000) })]),
  ],
  [
    'CVE-2025-47935: many files before the end breaks off',
    Buffer.concat(Array.from({ length: 20 }, () => formatPart(sample))),
  ],
]

describe('hostile requests', () => {
  it.each(malformed)(
    'R-02 %s: answered, nothing left, the server goes on',
    async (_advisory, body) => {
      const { url, folder } = await startReceiver({ limits: { fileSizeBytes: 200_000 } })
      const headers = { 'Content-Type': contentType }
      const { status } = await fetch(`${url}/upload`, { method: 'POST', headers, body })
      expect([400, 413]).toContain(status)
      expect(await filesBelow(folder)).toEqual([])
      expect(await halfDone(folder)).toEqual([])
      expect(openFilesBelow(folder)).toBe(0)
      expect((await post(url, [sample])).status).toBe(200)
    },
  )

  it('CVE-2025-48997: takes a field and a file with an empty name', async () => {
    const { url } = await startReceiver()
    const { status, body } = await post(url, [
      { name: '', body: 'x' },
      { ...sample, name: '' },
    ])
    expect(status).toBe(200)
    expect(body).toMatchObject({ files: [{ field: '' }], fields: { '': 'x' } })
  })

  it.each([
    ['CVE-2026-5079: thousands of brackets', `a${'[b]'.repeat(5000)}`],
    ['CVE-2026-77078: an index beyond any list', 'a[4294967296][-1]'],
  ])('%s in a name are nothing but the name', async (_advisory, name) => {
    const { url } = await startReceiver()
    const { body } = await post(url, [{ name, body: 'x' }])
    expect(body.fields).toEqual({ [name]: 'x' })
  })

  it('CVE-2026-3520: takes a body of a thousand parts without growing its stack', async () => {
    const { url } = await startReceiver({ limits: { parts: 1000, fields: 1000 } })
    const { body } = await post(
      url,
      Array.from({ length: 1000 }, () => ({ name: 'x', body: '1' })),
    )
    expect(body.fields['x']).toHaveLength(1000)
  })

  it('CVE-2026-2359, CVE-2026-77037: gives back every descriptor when clients leave at any point', async () => {
    const { port, url, folder, lines } = await startReceiver()
    const body = Buffer.concat([
      formatPart(sample),
      formatPart({ ...sample, body: 'x'.repeat(writtenAhead) }),
    ])
    const cuts = Array.from({ length: 40 }, (_, index) => Math.floor((body.length * index) / 40))
    for (const cut of cuts) {
      const client = new RawClient(port)
      client.sendHead({ 'Content-Length': body.length + 100 })
      client.socket.end(body.subarray(0, cut))
    }
    await expect.poll(() => lines.length, patiently).toBe(cuts.length)
    expect(openFilesBelow(folder)).toBe(0)
    expect(await filesBelow(folder)).toEqual([])
    expect(await halfDone(folder)).toEqual([])
    expect((await get(`${url}/uploads`)).body.uploads).toEqual([])
  })
})
