import { createServer } from 'node:http'
import { describe, expect, it } from 'vitest'
import { createDiskStorage } from '../../fs.ts'
import { createReceiver } from '../../index.ts'
import { listen, post, startReceiver, temporaryFolder } from '../receiver.fixture.ts'

const newId = /^[0-9A-HJKMNP-TV-Z]{26}$/

describe('R-10 X-Request-Id', () => {
  it.each(['a', 'console_1-2', 'x'.repeat(64)])(
    'is the one that the client sent: %s',
    async (id) => {
      const { url, lines } = await startReceiver()
      expect(await answeredId(`${url}/upload`, id)).toBe(id)
      expect(lines).toMatchObject([{ fields: { outcome: 'not-multipart', requestId: id } }])
    },
  )

  it.each(['', 'x'.repeat(65), 'two words', 'a,b', 'é', '<b>'])(
    'is a new one in place of %j',
    async (id) => {
      const { url, lines } = await startReceiver()
      const answered = await answeredId(`${url}/upload`, id)
      expect(answered).toMatch(newId)
      expect(lines).toMatchObject([{ fields: { requestId: answered } }])
    },
  )

  it('is a new one for each request that has none, whatever the answer', async () => {
    const { url } = await startReceiver()
    const { headers, body } = await post(url, [{ name: 'f', fileName: 'f', body: 'x' }])
    const answers = [
      headers,
      (await fetch(`${url}/uploads`)).headers,
      (await fetch(`${url}/nothing`)).headers,
      (await fetch(body.files[0].url)).headers,
      (await fetch(`${url}/uploads/${body.id}`, { method: 'DELETE' })).headers,
    ]
    const ids = answers.map((answer) => answer.get('X-Request-Id') ?? 'none')
    for (const id of ids) expect(id).toMatch(newId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('is the one that the host has set on the answer before', async () => {
    const storage = createDiskStorage(await temporaryFolder())
    const receiver = createReceiver({ storage })
    const server = createServer((request, response) => {
      response.setHeader('X-Request-Id', 'from the host')
      receiver(request, response)
    })
    const url = `http://127.0.0.1:${await listen(server)}`
    expect(await answeredId(`${url}/uploads`, 'mine')).toBe('from the host')
  })
})

async function answeredId(url: string, sentId: string): Promise<string | null> {
  const method = url.endsWith('/upload') ? 'POST' : 'GET'
  const response = await fetch(url, { method, headers: { 'X-Request-Id': sentId } })
  return response.headers.get('X-Request-Id')
}
