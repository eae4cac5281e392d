import { writeFile } from 'node:fs/promises'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { createTempFolder, runCommand, startHttpServer } from './command.fixture.ts'

/** What a server has heard. */
interface Heard {
  readonly method: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A server that hears everything and answers with these statuses in turn, the last of them again and again. */
async function startRecorder(...statuses: number[]): Promise<{ url: string; heard: Heard[] }> {
  const heard: Heard[] = []
  async function hear(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request)
    const status = statuses[heard.length] ?? statuses.at(-1) ?? 200
    heard.push({ method: request.method, headers: request.headers, body })
    response.writeHead(status).end()
  }
  const url = await startHttpServer((request, response) => void hear(request, response))
  return { url, heard }
}

async function createFile(name: string, content = 'hello'): Promise<string> {
  const file = path.join(await createTempFolder(), name)
  await writeFile(file, content)
  return file
}

// Each test starts a Node.js or more.
describe('wx-upload put', { timeout: 60_000 }, () => {
  it('U-29 --put sends the file alone, with its length and type', async () => {
    const { url, heard } = await startRecorder()
    const { code } = await runCommand(['put', '--put', await createFile('a.png'), url])
    expect(code).toBe(0)
    expect(heard).toEqual([
      {
        method: 'PUT',
        headers: expect.objectContaining({ 'content-type': 'image/png', 'content-length': '5' }),
        body: 'hello',
      },
    ])
  })

  it('--put shows how much of the file has been sent, and takes an empty one', async () => {
    const { url } = await startRecorder()
    const sent = await runCommand(['put', '--put', await createFile('a.txt'), url])
    expect(sent.stderr).toContain('a.txt: 100% (5 B of 5 B)\n')
    const empty = await runCommand(['put', '--put', await createFile('b.txt', ''), url])
    expect(empty.stderr).toMatch(/✓ b\.txt {2}0 B in [\d.]+ s, 200 OK\n$/)
  })

  it('U-29 --retry tries again with the same Idempotency-Key', async () => {
    const { url, heard } = await startRecorder(503, 200)
    const { code } = await runCommand(['put', await createFile('a.txt'), url, '--retry'])
    expect(code).toBe(0)
    const keys = heard.map(({ headers }) => headers['idempotency-key'])
    expect(keys).toEqual([keys[0], keys[0]])
    expect(keys[0]).toMatch(/\S/)
  })

  it('--retry 1 tries once more and no more; without it nothing is tried again', async () => {
    const { url, heard } = await startRecorder(503)
    const file = await createFile('a.txt')
    expect(await runCommand(['put', file, url, '--retry', '1'])).toMatchObject({ code: 6 })
    expect(heard).toHaveLength(2)
    expect(await runCommand(['put', file, url])).toMatchObject({ code: 6 })
    expect(heard).toHaveLength(3)
  })

  it('U-30 --http2 is taken', async () => {
    const { url } = await startRecorder()
    expect(await runCommand(['put', await createFile('a.txt'), url, '--http2'])).toMatchObject({
      code: 0,
    })
  })

  it.each([
    [['--put', 'a', 'b', 'http://127.0.0.1:9/'], '--put sends one file'],
    [['--put', '.', 'http://127.0.0.1:9/'], '--put sends one file'],
    [['--put', 'a', 'http://127.0.0.1:9/', '--form', 'a=b'], "'--put' cannot be used with"],
    [['--put', 'http://127.0.0.1:9/', '--files-from', '-'], "'--put' cannot be used with"],
    [['--retry', 'a', 'http://127.0.0.1:9/'], 'It is not a number of times; write --retry 3'],
    [['a', 'http://127.0.0.1:9/', '--concurrency', '0'], 'whole number from 1 to 1000'],
    [['http://127.0.0.1:9/'], 'no file is named before http://127.0.0.1:9/'],
    [['a', 'b', 'http://127.0.0.1:9/', '--name', ''], '0 of 2 files uploaded'],
  ])('ends with 2 for %j, and says what is wrong', async (args, sentence) => {
    const { code, stderr } = await runCommand(['put', ...args], { cwd: await createTempFolder() })
    expect(code).toBe(2)
    expect(stderr).toContain(sentence)
    expect(stderr).not.toContain('To upload what was not')
  })

  it('tells a mistake in the options once, not with every file', async () => {
    const files = Array<string>(30).fill(await createFile('a.txt'))
    const args = ['put', ...files, 'http://127.0.0.1:9/', '--name', '', '--concurrency', '1']
    const { stderr } = await runCommand(args)
    expect(stderr.match(/✗/g)).toHaveLength(1)
    expect(stderr).toContain('29 files not started\n')
  })
})
