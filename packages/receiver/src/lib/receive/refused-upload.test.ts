import { describe, expect, it } from 'vitest'
import {
  formBoundary,
  contentType,
  filesBelow,
  formatPart,
  readJson,
  startReceiver,
} from '../receiver.fixture.ts'

describe('POST /upload, refused', () => {
  it.each([
    [
      'a body that ends early',
      `--${formBoundary}\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nx`,
    ],
    ['no part at all', 'not multipart'],
    ['an empty body', ''],
    [
      'a NUL in a name',
      `--${formBoundary}\r\nContent-Disposition: form-data; name="f"; filename="a\0b"\r\n\r\n\r\n--${formBoundary}--\r\n`,
    ],
    [
      'a field that is not UTF-8',
      Buffer.concat([
        formatPart({ name: 'x', body: Buffer.from([0xff]) }),
        Buffer.from(`--${formBoundary}--\r\n`),
      ]),
    ],
    [
      'a part without a name',
      `--${formBoundary}\r\nContent-Type: text/plain\r\n\r\n\r\n--${formBoundary}--\r\n`,
    ],
  ])('R-03 answers 400 to %s and leaves nothing', async (_what, body) => {
    const { url, folder } = await startReceiver()
    const answer = await readJson(
      await fetch(`${url}/upload`, {
        method: 'POST',
        headers: { 'Content-Type': contentType },
        body,
      }),
    )
    expect(answer.status).toBe(400)
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json; charset=utf-8')
    expect(answer.body).toMatchObject({
      type: 'urn:wx-upload:problem:malformed',
      status: 400,
      title: expect.any(String),
      detail: expect.any(String),
    })
    expect(JSON.stringify(answer.body)).not.toContain(folder)
    expect(await filesBelow(folder)).toEqual([])
  })

  it.each(['application/json', 'text/plain', 'multipart/mixed; boundary=x'])(
    'R-03 answers 415 to %s',
    async (type) => {
      const { url } = await startReceiver()
      const response = await fetch(`${url}/upload`, {
        method: 'POST',
        headers: { 'Content-Type': type },
        body: '{}',
      })
      expect(response.status).toBe(415)
      expect(await response.json()).toMatchObject({ type: 'urn:wx-upload:problem:not-multipart' })
    },
  )

  it('R-03 answers 400 to a Content-Type without a boundary', async () => {
    const { url } = await startReceiver()
    const headers = { 'Content-Type': 'multipart/form-data' }
    expect((await fetch(`${url}/upload`, { method: 'POST', headers, body: 'x' })).status).toBe(400)
  })
})
