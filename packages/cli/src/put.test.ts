import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import https from 'node:https'
import net from 'node:net'
import path from 'node:path'
import { createDiskStorage } from '@wx-upload/receiver/fs'
import { createServer } from '@wx-upload/receiver/server'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createCertificate } from '../../client/src/lib/node/certificate.fixture.ts'
import { createTempFolder, runCommand, startCommand, startHttpServer } from './command.fixture.ts'

/** A file of the given content, in a folder of its own. */
async function createFile(name: string, content: string | Buffer = 'hello'): Promise<string> {
  const file = path.join(await createTempFolder(), name)
  await writeFile(file, content)
  return file
}

/** A receiver on the local disk. Returns the address to upload to. */
async function startReceiver(limits: { fileSizeBytes?: number } = {}): Promise<string> {
  const storage = createDiskStorage(await createTempFolder(), { durability: 'none' })
  const server = await createServer({ storage, limits, log: 'silent' })
  onTestFinished(() => server.close())
  const { url } = await server.listen()
  return `${url}/upload`
}

function parseLines(stdout: string): unknown[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
}

// Each test starts a Node.js or more.
describe('wx-upload put', { timeout: 60_000 }, () => {
  it('uploads a file, prints the answer to stdout and everything else to stderr, and ends with 0', async () => {
    const content = Buffer.alloc(3_000_000, 'abc')
    const file = await createFile('photo.jpg', content)
    const url = await startReceiver()
    const options = ['--name', 'avatar', '--form', 'user=测试 "a=b&c"', '--form', 'empty=']
    const { code, stdout, stderr } = await runCommand(['put', file, url, ...options])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      files: [
        {
          field: 'avatar',
          name: 'photo.jpg',
          size: content.length,
          sha256: createHash('sha256').update(content).digest('hex'),
        },
      ],
      fields: { user: '测试 "a=b&c"', empty: '' },
    })
    expect(stderr).toContain('photo.jpg: 100% (3 MB of 3 MB)\n')
    expect(stderr).toMatch(/✓ photo\.jpg {2}3 MB in [\d.]+ s, 200 OK\n$/)
    expect(stderr).not.toContain('\u001B')
  })

  it('sends the headers it is given', async () => {
    const url = await startHttpServer((request, response) => {
      request.resume().on('end', () => response.end(request.headers.authorization))
    })
    const file = await createFile('a.txt')
    const { stdout } = await runCommand(['put', file, url, '--header', 'Authorization: Bearer x:y'])
    expect(stdout).toBe('Bearer x:y\n')
  })

  it.each([
    'say "hi".txt',
    "it's.txt",
    '照片 一.jpg',
    '👨‍👩‍👧.png',
    '100%.txt',
    'line\nbreak.txt',
    '-dash.txt',
    'file:a.txt',
  ])('uploads a file called %j under its name', async (name) => {
    const file = await createFile(name)
    const url = await startReceiver()
    const args = ['put', '--json', '--', path.basename(file), url]
    const { stdout, stderr } = await runCommand(args, { cwd: path.dirname(file) })
    const [line] = parseLines(stdout) as { data: string }[]
    expect(JSON.parse(line?.data ?? '')).toMatchObject({ files: [{ name, size: 5 }] })
    expect(stderr.trimEnd().split('\n')).toHaveLength(2)
  })

  it('prints nothing but the answer with --quiet', async () => {
    const url = await startHttpServer((request, response) => {
      request.resume().on('end', () => response.end('stored'))
    })
    const file = await createFile('a.txt')
    expect(await runCommand(['put', file, url, '--quiet'])).toEqual({
      code: 0,
      stdout: 'stored\n',
      stderr: '',
    })
  })

  it.each([
    [[], "missing required argument 'file'"],
    [['a.txt'], 'is not an http:// or https:// address'],
    [['http://127.0.0.1:9/upload'], 'no file is named before http://127.0.0.1:9/upload'],
    [['a.txt', 'localhost:9/x'], 'did you mean http://localhost:9/x?'],
    [['http://127.0.0.1:9/upload', 'a.txt'], 'the address goes last'],
    [['a.txt', 'http://127.0.0.1:9/', '--tiemout', '5'], 'Did you mean --timeout?'],
    [['a.txt', 'http://127.0.0.1:9/', '--timeout', '5s'], 'whole number of milliseconds'],
    [['a.txt', 'http://127.0.0.1:9/', '--form', 'user'], 'key=value'],
    [['a.txt', 'http://127.0.0.1:9/', '--name', ''], 'parameter error'],
    [['a.txt', 'http://user:secret@127.0.0.1:9/'], 'invalid url'],
  ])('ends with 2 for the arguments %j, and says what is wrong', async (args, sentence) => {
    const { code, stdout, stderr } = await runCommand(['put', ...args])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(sentence)
    expect(stderr).not.toContain('    at ')
  })

  it('ends with 3 when the file cannot be read', async () => {
    const folder = await createTempFolder()
    const missing = path.join(folder, 'none.jpg')
    const url = 'http://127.0.0.1:9/upload'
    expect(await runCommand(['put', missing, url])).toEqual({
      code: 3,
      stdout: '',
      stderr: `✗ none.jpg  cannot read ${missing}: uploadFile:fail file not found\n`,
    })
    expect(await runCommand(['put', folder, url])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('uploadFile:fail is a directory'),
    })
  })

  it('ends with 4 when nobody listens, and names the address', async () => {
    const file = await createFile('a.txt')
    expect(await runCommand(['put', file, 'http://127.0.0.1:9/upload'])).toEqual({
      code: 4,
      stdout: '',
      stderr:
        '✗ a.txt  cannot reach 127.0.0.1:9 (connection refused): ' +
        'uploadFile:fail upload fail:-102:net::ERR_CONNECTION_REFUSED\n',
    })
  })

  it('ends with 4 when the connection breaks', async () => {
    const server = net.createServer((socket) => {
      socket.once('data', () => socket.resetAndDestroy())
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { port } = server.address() as net.AddressInfo
    const file = await createFile('a.txt')
    const { code, stderr } = await runCommand(['put', file, `http://127.0.0.1:${port}/`])
    expect(code).toBe(4)
    expect(stderr).toContain(`✗ a.txt  lost the connection to 127.0.0.1:${port}`)
  })

  it('ends with 5 when --timeout is over', async () => {
    const url = await startHttpServer((request) => void request.resume())
    const file = await createFile('a.txt')
    const { code, stderr } = await runCommand(['put', file, url, '--timeout', '300'])
    expect(code).toBe(5)
    expect(stderr).toMatch(
      /the time was up before .* \(--timeout gives it longer\): uploadFile:fail timeout\n$/,
    )
  })

  it('ends with 6 when the server refuses, and still prints its answer', async () => {
    const url = await startReceiver({ fileSizeBytes: 10 })
    const file = await createFile('a.txt', 'more than ten bytes')
    const { code, stdout, stderr } = await runCommand(['put', file, url])
    expect(code).toBe(6)
    expect(JSON.parse(stdout)).toMatchObject({ type: 'urn:wx-upload:problem:limit-exceeded' })
    expect(stderr).toMatch(/✗ a\.txt {2}the server answered 413 Payload Too Large: \S.*\n$/)
  })

  it.each([
    ['{"detail":"no \\u001b[31mroom"}', String.raw`: no \u001b[31mroom`],
    ['{"detail":""}', ''],
    ['{"detail":{}}', ''],
    ['null', ''],
    ['<p>full</p>', ''],
  ])('says why the server refuses where its answer %s does', async (answer, detail) => {
    const url = await startHttpServer((request, response) => {
      request.resume().on('end', () => response.writeHead(507).end(answer))
    })
    const file = await createFile('a.txt')
    const { stderr } = await runCommand(['put', file, url, '--quiet'])
    expect(stderr).toBe(`✗ a.txt  the server answered 507 Insufficient Storage${detail}\n`)
  })

  it.each([
    ['', '0 B'],
    ['hi', '2 B'],
  ])('shows the size of the file alone, not of the form: %j has %s', async (content, size) => {
    const url = await startReceiver()
    const { stderr } = await runCommand(['put', await createFile('a.txt', content), url])
    expect(stderr).toContain(`a.txt: 100% (${size} of ${size})\n`)
    expect(stderr).toMatch(new RegExp(`✓ a\\.txt {2}${size} in [\\d.]+ s, 200 OK\\n$`))
  })

  it('uploads more files than a signal has listeners, without a warning', async () => {
    const url = await startHttpServer((request, response) => {
      request.resume().on('end', () => response.end())
    })
    const files = Array<string>(24).fill(await createFile('a.txt'))
    const args = ['put', ...files, url, '--form', 'a=b', '--concurrency', '20']
    const { code, stderr } = await runCommand(args)
    expect(code).toBe(0)
    expect(stderr).not.toContain('Warning')
    expect(stderr).toContain('24 of 24 files uploaded: ')
  })

  it('names what is no file as it was typed', async () => {
    const { code, stderr } = await runCommand(['put', '/dev/null', 'http://127.0.0.1:9/'])
    expect(code).toBe(3)
    expect(stderr).toMatch(/^✗ \/dev\/null {2}cannot read \/dev\/null: /)
  })

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends with 130 on %s: aborts the upload, closes the connection and sends no other file',
    async (signal) => {
      const requests: IncomingMessage[] = []
      const url = await startHttpServer((request) => {
        requests.push(request.on('error', () => {}))
      })
      const file = await createFile('big.bin', Buffer.alloc(50_000_000))
      const command = startCommand(['put', file, file, url, '--concurrency', '1'])
      await vi.waitFor(() => expect(requests).toHaveLength(1), 20_000)
      command.child.kill(signal)
      const { code, stderr } = await command.ended
      expect(code).toBe(130)
      expect(stderr).toContain(
        '✗ big.bin  stopped before the whole file was sent: uploadFile:fail abort\n',
      )
      expect(stderr).toContain('0 of 2 files uploaded\n')
      expect(stderr).toContain('1 file not started\n')
      // Only who reads learns that the connection is closed.
      requests[0]?.resume()
      await vi.waitFor(() => expect(requests[0]?.destroyed).toBe(true), 20_000)
      expect(requests[0]?.complete).toBe(false)
      expect(requests).toHaveLength(1)
    },
  )

  it('prints one line of JSON for each file with --json, and ends with the code of the first that failed', async () => {
    const file = await createFile('a.txt')
    const missing = `${file}.none`
    const url = await startHttpServer((request, response) => {
      request.resume().on('end', () => response.end('stored'))
    })
    const args = ['put', file, missing, file, url, '--json', '--concurrency', '1']
    const { code, stdout, stderr } = await runCommand(args)
    const stored = {
      file,
      ok: true,
      statusCode: 200,
      data: 'stored',
      errMsg: 'uploadFile:ok',
      errno: null,
    }
    const errMsg = 'uploadFile:fail file not found'
    expect(parseLines(stdout)).toEqual([
      stored,
      { file: missing, ok: false, statusCode: null, data: null, errMsg, errno: 1300002 },
      stored,
    ])
    expect(code).toBe(3)
    expect(stderr).toContain('2 of 3 files uploaded: ')
  })

  it('refuses a self-signed certificate, and takes it with --insecure and a warning', async () => {
    const server = https.createServer(await createCertificate(), (request, response) => {
      request.resume().on('end', () => response.end('stored'))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const url = `https://127.0.0.1:${(server.address() as net.AddressInfo).port}/`
    const file = await createFile('a.txt')
    const refused = await runCommand(['put', file, url])
    expect(refused.code).toBe(4)
    expect(refused.stderr).toContain('(its certificate is self-signed or of an unknown authority;')
    const taken = await runCommand(['put', file, url, '--insecure'])
    expect(taken).toMatchObject({ code: 0, stdout: 'stored\n' })
    expect(taken.stderr).toMatch(/^warning: .*rejectUnauthorized/)
  })

  it('takes http to another machine, with a warning', async () => {
    const url = await startReceiver()
    const file = await createFile('a.txt')
    // An address of this machine that is none of its loopback ones.
    const { code, stderr } = await runCommand(['put', file, url.replace('127.0.0.1', '0.0.0.0')])
    expect(code).toBe(0)
    expect(stderr).toMatch(/^warning: http:\/\/0\.0\.0\.0:\d+ is not encrypted/)
  })

  it.each(['localhost', 'app.localhost', '127.1.2.3', '[::1]'])(
    'takes http to this machine as %s without one',
    async (host) => {
      const file = await createFile('a.txt')
      const { stderr } = await runCommand(['put', file, `http://${host}:9/`])
      expect(stderr).toMatch(/^✗ a\.txt {2}cannot reach /)
    },
  )
})
