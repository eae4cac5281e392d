import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { connect } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { createCertificate } from '../../client/src/lib/node/certificate.fixture.ts'
import { createTempFolder, runCommand, startCommand } from './command.fixture.ts'

const patiently = { timeout: 50_000 }

/** Starts `wx-upload serve` with a folder of its own for what belongs to the user. */
async function startServe(args: readonly string[], home?: string) {
  const cwd = await createTempFolder()
  const folder = home ?? (await createTempFolder())
  const env = { PORT: '0', XDG_DATA_HOME: folder, HOME: folder, LOCALAPPDATA: folder }
  const command = startCommand(['serve', ...args], { cwd, env })
  const [, url = ''] = await command.untilStderr(/Listening on (\S+)/)
  await command.untilStderr(/Ctrl-C stops it\.\n/)
  return { ...command, cwd, url, home: folder }
}

/** Writes a certificate and its key into files. */
async function writeFiles(folder: string, { cert, key }: { cert: string; key: string }) {
  const files = { cert: path.join(folder, 'cert.pem'), key: path.join(folder, 'key.pem') }
  await Promise.all([writeFile(files.cert, cert), writeFile(files.key, key)])
  return files
}

/** The certificate that a server shows. */
async function shownBy(url: string): Promise<X509Certificate | undefined> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const certificate = socket.getPeerX509Certificate()
  socket.destroy()
  return certificate
}

// Each test starts a Node.js or more.
describe('wx-upload serve --tls-self-signed', { timeout: 60_000 }, () => {
  it('receives over https from who trusts the authority that it names, and from nobody else', async () => {
    const { url, cwd, untilStderr } = await startServe(['--tls-self-signed'])
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    const [, authority = ''] = await untilStderr(/curl: --cacert (\S+)\n/)
    await untilStderr(/Node\.js: NODE_EXTRA_CA_CERTS=(\S+), or createWx/)
    await writeFile(path.join(cwd, 'a.txt'), 'hello')
    const { port } = new URL(url)
    for (const host of ['127.0.0.1', 'localhost']) {
      const upload = ['put', 'a.txt', `https://${host}:${port}/upload`]
      const sent = await runCommand([...upload, '--ca', authority], { cwd })
      expect([sent.code, sent.stdout]).toEqual([
        0,
        expect.stringContaining(`"url":"https://${host}:`),
      ])
      const env = { NODE_EXTRA_CA_CERTS: authority }
      expect((await runCommand(upload, { cwd, env })).code).toBe(0)
      const refused = await runCommand(upload, { cwd })
      expect(refused.code).toBe(4)
      expect(refused.stderr).toContain('--ca names one to trust')
    }
  })

  it('shows the same certificate at the next start, and keeps its keys for its user alone', async () => {
    const first = await startServe(['--tls-self-signed'])
    const [, authority = ''] = await first.untilStderr(/curl: --cacert (\S+)\n/)
    const shown = await shownBy(first.url)
    const second = await startServe(['--tls-self-signed', '--host', '0.0.0.0'], first.home)
    expect((await shownBy(second.url))?.fingerprint256).toBe(shown?.fingerprint256)
    const folder = path.dirname(authority)
    const modes = await Promise.all(
      [folder, ...['authority-key.pem', 'server.pem'].map((name) => path.join(folder, name))].map(
        async (file) => ((await stat(file)).mode & 0o777).toString(8),
      ),
    )
    expect(modes).toEqual(['700', '600', '600'])
    expect(await readFile(authority, 'utf8')).not.toContain('PRIVATE')
  })

  it('ends with 10 and one sentence where what it kept is damaged', async () => {
    const { child, ended, untilStderr, home } = await startServe(['--tls-self-signed'])
    const [, authority = ''] = await untilStderr(/curl: --cacert (\S+)\n/)
    child.kill('SIGTERM')
    await ended
    const file = path.join(path.dirname(authority), 'authority-key.pem')
    await writeFile(file, 'x')
    const env = { XDG_DATA_HOME: home, HOME: home, LOCALAPPDATA: home }
    const cwd = await createTempFolder()
    expect(await runCommand(['serve', '--tls-self-signed'], { cwd, env })).toEqual({
      code: 10,
      stdout: '',
      stderr: `error: cannot use ${file} (it is damaged): remove it, and the next start makes another one\n`,
    })
  })
})

describe('wx-upload serve --tls-cert --tls-key', { timeout: 60_000 }, () => {
  it('shows a certificate that was renewed to who connects after that, by itself', async () => {
    const folder = await createTempFolder()
    const files = await writeFiles(folder, await createCertificate())
    const { url } = await startServe(['--tls-cert', files.cert, '--tls-key', files.key])
    const renewed = await createCertificate()
    await writeFiles(folder, renewed)
    await expect
      .poll(async () => (await shownBy(url))?.toString(), patiently)
      .toBe(new X509Certificate(renewed.cert).toString())
  })

  it('looks at SIGHUP, and goes on with the old certificate where the new one cannot be used', async () => {
    const folder = await createTempFolder()
    const files = await writeFiles(folder, await createCertificate())
    const started = await startServe(['--tls-cert', files.cert, '--tls-key', files.key])
    const shown = await shownBy(started.url)
    await writeFile(files.key, 'x')
    started.child.kill('SIGHUP')
    const [warning] = await started.untilStderr(/The certificate stays as it is: .*\n/)
    expect(warning).toContain(
      `cannot use ${files.key} of --tls-key: there is no private key in PEM`,
    )
    expect((await shownBy(started.url))?.fingerprint256).toBe(shown?.fingerprint256)
  })

  it('ends with 10 and one sentence for what cannot be used', async () => {
    const folder = await createTempFolder()
    const good = await createCertificate()
    const expired = await createCertificate({ isExpired: true })
    const missing = path.join(folder, 'missing.pem')
    const { cert, key } = await writeFiles(folder, good)
    const old = path.join(folder, 'old.pem')
    await writeFile(old, expired.cert)
    const oldKey = path.join(folder, 'old-key.pem')
    await writeFile(oldKey, expired.key)
    for (const [certFile, keyFile, sentence] of [
      [missing, key, `cannot read ${missing} of --tls-cert (there is no such file)`],
      [folder, key, `cannot read ${folder} of --tls-cert (it is a folder)`],
      [key, key, `cannot use ${key} of --tls-cert: there is no certificate in PEM`],
      [cert, cert, `cannot use ${cert} of --tls-key: there is no private key in PEM`],
      [
        cert,
        oldKey,
        `cannot use ${oldKey} of --tls-key: the key does not belong to the certificate`,
      ],
      [old, oldKey, `cannot use ${old} of --tls-cert: the certificate expired at `],
    ] as const) {
      const args = ['serve', folder, '--tls-cert', certFile, '--tls-key', keyFile]
      const { code, stderr } = await runCommand(args)
      expect([code, stderr.trimEnd().split('\n')]).toEqual([
        10,
        [expect.stringContaining(`error: ${sentence}`)],
      ])
    }
  })

  it.each([
    [['--tls-cert', 'a.pem'], '--tls-cert and --tls-key go together'],
    [['--tls-key', 'a.pem'], '--tls-cert and --tls-key go together'],
    [
      ['--tls-self-signed', '--tls-cert', 'a.pem', '--tls-key', 'b.pem'],
      "'--tls-self-signed' cannot be used with option '--tls-cert <file>'",
    ],
  ])('ends with 2 for %j', async (args, sentence) => {
    const { code, stderr } = await runCommand(['serve', await createTempFolder(), ...args])
    expect([code, stderr]).toEqual([2, expect.stringContaining(sentence)])
  })
})

describe('wx-upload put --ca', { timeout: 60_000 }, () => {
  it('ends with 3 where the file cannot be read', async () => {
    const file = path.join(await createTempFolder(), 'none.pem')
    const { code, stderr } = await runCommand([
      'put',
      file,
      'https://127.0.0.1/upload',
      '--ca',
      file,
    ])
    expect([code, stderr]).toEqual([3, `error: cannot read ${file} of --ca (ENOENT)\n`])
  })
})
