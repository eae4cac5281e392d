import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { createTicket } from '@wx-upload/receiver/ticket'
import { describe, expect, it } from 'vitest'
import { createTempFolder, runCommand, startCommand, startHttpServer } from './command.fixture.ts'

/** Starts `wx-upload serve` on a free port. */
async function startServe(args: readonly string[] = [], env: Record<string, string> = {}) {
  const cwd = await createTempFolder()
  const command = startCommand(['serve', ...args], { cwd, env: { PORT: '0', ...env } })
  const [, url = ''] = await command.untilStderr(/Listening on (\S+)/)
  await command.untilStderr(/Ctrl-C stops it\.\n/)
  return { ...command, cwd, url }
}

function createForm(content = 'hello'): FormData {
  const form = new FormData()
  form.append('file', new Blob([content]), 'a.txt')
  return form
}

const form = {
  type: 'multipart/form-data; boundary=cut',
  begin: '--cut\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhel',
  end: 'lo\r\n--cut--\r\n',
}

/** Begins an upload whose end is still to come. */
function startUpload(url: string, headers: Record<string, string> = {}): http.ClientRequest {
  const request = http.request(`${url}/upload`, {
    method: 'POST',
    headers: { 'Content-Type': form.type, ...headers },
  })
  request.on('error', () => {})
  request.write(form.begin)
  return request
}

/** What a server lists that keeps uploads for a second, and has kept house. */
async function listAfterASecond(folder: string): Promise<string> {
  const { url } = await startServe([folder, '--keep', '1s'])
  return await (await fetch(`${url}/uploads`)).text()
}

// Each test starts a Node.js or more.
describe('wx-upload serve', { timeout: 60_000 }, () => {
  it('says where it listens and where files go, and keeps what is uploaded there', async () => {
    const { url, cwd, untilStderr } = await startServe()
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const [, folder] = await untilStderr(/Files go to +(.+)\n/)
    expect(folder).toBe(path.join(cwd, 'uploads'))
    const [, page] = await untilStderr(/Watch it +open (\S+) in a browser\n/)
    expect(page).toBe(url)
    const response = await fetch(`${url}/upload`, { method: 'POST', body: createForm() })
    expect(response.status).toBe(200)
    expect(await readdir(path.join(cwd, 'uploads'), { recursive: true })).toContainEqual(
      expect.stringMatching(/a\.txt$/),
    )
  })

  it('makes the folder that it is given, with those above it', async () => {
    const folder = path.join('deep', 'down', '上传')
    const { cwd } = await startServe([folder])
    expect(await readdir(path.join(cwd, 'deep', 'down'))).toEqual(['上传'])
  })

  it.each([['SIGINT'], ['SIGTERM'], ['SIGINT', 'SIGTERM']] as const)(
    'stops with 0 at %s %s',
    async (...signals) => {
      const { child, url, ended } = await startServe()
      await (await fetch(url)).text()
      // They come together: a signal that comes when the process is ending already has its default effect.
      for (const signal of ['SIGSTOP', ...signals, 'SIGCONT'] as const) child.kill(signal)
      const { code, stderr } = await ended
      expect(code).toBe(0)
      // On a busy machine it takes so long that it says for what it waits.
      expect(stderr).toMatch(/\.\nStopping …\n(?:What is under way .*\n)?$/)
      await expect(fetch(url)).rejects.toThrow('fetch failed')
    },
  )

  it('refuses files over --max-file-size', async () => {
    const { url } = await startServe(['--max-file-size', '1kB'])
    const response = await fetch(`${url}/upload`, {
      method: 'POST',
      body: createForm('x'.repeat(1001)),
    })
    expect(response.status).toBe(413)
  })

  it('[R-04] takes no more than --max-uploads at once', async () => {
    const { url } = await startServe(['--max-uploads', '1'])
    const slow = startUpload(url)
    const post = async (): Promise<number> =>
      (await fetch(`${url}/upload`, { method: 'POST', body: createForm() })).status
    await expect.poll(post).toBe(503)
    slow.destroy()
    await expect.poll(post).toBe(200)
  })

  it('names its --public-url in answers, and answers under that name', async () => {
    const { url } = await startServe(['--public-url', 'https://upload.example.com'])
    const upload = startUpload(url, { Host: 'upload.example.com' })
    upload.end(form.end)
    const [response] = (await once(upload, 'response')) as [http.IncomingMessage]
    expect(await text(response)).toContain('"url":"https://upload.example.com/uploads/')
  })

  it('R-14 removes uploads when the time of --keep is over', async () => {
    const { cwd, url } = await startServe()
    await fetch(`${url}/upload`, { method: 'POST', body: createForm() })
    const folder = path.join(cwd, 'uploads')
    await expect
      .poll(() => listAfterASecond(folder), { timeout: 30_000, interval: 100 })
      .toBe('{"uploads":[],"next":null}')
  })

  it('R-08 asks for tickets, and for the admin token, where the environment has the secrets', async () => {
    const secret = 'a-secret-that-is-32-bytes-long-or-more'
    const { url, untilStderr } = await startServe([], {
      WX_UPLOAD_TICKET_SECRET: secret,
      WX_UPLOAD_ADMIN_TOKEN: secret,
    })
    await untilStderr(/Watch it +with the admin token alone\nTry it .* --header 'X-Upload-Ticket: /)
    const send = (ticket: string) =>
      fetch(`${url}/upload`, {
        method: 'POST',
        headers: { 'X-Upload-Ticket': ticket },
        body: createForm(),
      })
    expect((await send('none')).status).toBe(401)
    expect((await send(createTicket(secret, { expiresInSeconds: 60 }))).status).toBe(200)
    expect((await fetch(`${url}/uploads`)).status).toBe(401)
    const headers = { Authorization: `Bearer ${secret}` }
    expect((await fetch(`${url}/uploads`, { headers })).status).toBe(200)
  })

  it('R-08 ends with 2 where a secret can be guessed, and does not print it', async () => {
    const env = { WX_UPLOAD_TICKET_SECRET: 'guess-me' }
    const cwd = await createTempFolder()
    const { code, stderr } = await runCommand(['serve', '--port', '0'], { cwd, env })
    expect(code).toBe(2)
    expect(stderr).toMatch(/^error: WX_UPLOAD_TICKET_SECRET is no ticket secret: .*\n$/)
    expect(stderr).not.toContain('guess-me')
    expect(await readdir(cwd)).toEqual([])
  })

  it('refuses files of other types than --allow-types', async () => {
    const { url } = await startServe(['--allow-types', 'image/*,application/pdf'])
    const response = await fetch(`${url}/upload`, { method: 'POST', body: createForm() })
    expect(response.status).toBe(415)
  })

  it('logs lines of JSON to stdout with --log json', async () => {
    const { child, url, ended } = await startServe(['--log', 'json'])
    await (await fetch(`${url}/upload`, { method: 'POST', body: createForm() })).text()
    child.kill('SIGTERM')
    const lines = (await ended).stdout.trimEnd().split('\n')
    expect(lines.map((line): unknown => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ msg: 'upload' }),
    )
  })

  it('names the addresses of the network when it listens to all of them', async () => {
    const { url } = await startServe(['--host', '0.0.0.0'])
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect((await fetch(url)).status).toBe(200)
  })

  it('ends with 7 and one sentence when the port is taken', async () => {
    const { port } = new URL(await startHttpServer(() => {}))
    const cwd = await createTempFolder()
    expect(await runCommand(['serve', '--port', port], { cwd })).toEqual({
      code: 7,
      stdout: '',
      stderr:
        `error: cannot listen on 127.0.0.1:${port} (another program uses this port): ` +
        'stop it, or choose another port with --port or PORT\n',
    })
  })

  it('R-10 serves the metrics at a port of their own with --metrics-port', async () => {
    const { url, untilStderr } = await startServe(['--metrics-port', '0'])
    const [, metricsUrl = ''] = await untilStderr(/Metrics at +(\S+)\n/)
    expect(await (await fetch(metricsUrl)).text()).toContain('wx_upload_uploads_in_flight 0')
    expect((await fetch(`${url}/metrics`)).status).toBe(404)
  })

  it('ends with 7 and one sentence when the port of the metrics is taken', async () => {
    const { port } = new URL(await startHttpServer(() => {}))
    const cwd = await createTempFolder()
    const { code, stderr } = await runCommand(['serve', '--port', '0', '--metrics-port', port], {
      cwd,
    })
    expect({ code, stderr }).toEqual({
      code: 7,
      stderr:
        `error: cannot listen on 127.0.0.1:${port} (another program uses this port): ` +
        'stop it, or choose another port with --metrics-port\n',
    })
  })

  it('ends with 7 and one sentence when the address is not of this machine', async () => {
    const cwd = await createTempFolder()
    const { code, stderr } = await runCommand(['serve', '--host', '192.0.2.1'], { cwd })
    expect(code).toBe(7)
    expect(stderr).toMatch(
      /^error: cannot listen on 192\.0\.2\.1:8787 \(this machine has no such address\).*\n$/,
    )
  })

  it('R-10 stops in good order when nobody reads its messages any more', async () => {
    const { child, ended, untilStderr } = startCommand([
      'serve',
      await createTempFolder(),
      '--port',
      '0',
    ])
    await untilStderr(/Listening on/)
    child.stderr?.destroy()
    child.kill('SIGTERM')
    expect((await ended).code).toBe(0)
  })

  it('ends with 8 and one sentence when the folder cannot be written', async () => {
    const folder = await createTempFolder()
    const file = path.join(folder, 'file')
    await writeFile(file, '')
    for (const unusable of [file, path.join(file, 'below')]) {
      expect(await runCommand(['serve', unusable])).toEqual({
        code: 8,
        stdout: '',
        stderr:
          `error: cannot write uploads to ${unusable} (a part of this path is a file): ` +
          'name another folder, as in "wx-upload serve DIR"\n',
      })
    }
  })

  it('ends with 9 and one sentence when nothing answers where the bucket should be', async () => {
    const server = http.createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    const endpoint = `http://127.0.0.1:${port}`
    expect(
      await runCommand(['serve', '--storage', `s3://photos/phones?endpoint=${endpoint}&region=x`], {
        env: { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' },
      }),
    ).toEqual({
      code: 9,
      stdout: '',
      stderr:
        `error: cannot keep uploads in s3://photos/phones at ${endpoint} (nothing answers there): ` +
        'start the store, or name another endpoint\n',
    })
  })

  it('ends with 2 when it is given a folder and a bucket', async () => {
    const { code, stderr } = await runCommand(['serve', 'uploads', '--storage', 's3://photos'])
    expect(code).toBe(2)
    expect(stderr).toBe(
      'error: uploads go to a folder or to a bucket: leave out uploads or --storage\n',
    )
  })

  it.each([
    [['--storage', 'photos'], 'It is not an address'],
    [['--port', '70000'], 'It is not a port'],
    [['--max-file-size', 'big'], 'It is not a size'],
    [['--allow-types', 'jpg'], 'It is not a list of types'],
    [['--public-url', 'example.com'], 'It is not an address'],
    [['--max-uploads', '0'], 'It is not a whole number'],
    [['--log', 'xml'], 'Allowed choices are pretty, json'],
    [['--grace', '30'], 'It is not a length of time'],
    [['--metrics-host', '127.0.0.1'], '--metrics-host is for a --metrics-port'],
  ])('ends with 2 for %j', async (args, sentence) => {
    const { code, stderr } = await runCommand(['serve', ...args])
    expect(code).toBe(2)
    expect(stderr).toContain(sentence)
  })
})
