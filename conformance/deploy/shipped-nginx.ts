import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { ensurePrograms } from '../../scripts/lib/ensure-programs.mjs'
import { findProgram } from '../../scripts/lib/find-program.mjs'
import { findFreePorts } from '../../scripts/lib/free-ports.mjs'
import { run, type RunningProgram, start } from '../packages/programs.ts'

const shipped = fileURLToPath(new URL('../../docs/deploy/nginx/', import.meta.url))
const pollMs = 20

// As Debian's nginx.conf includes what is in conf.d; all that nginx writes lies in the folder.
const mainConfiguration = `
daemon off;
pid nginx.pid;
worker_processes 2;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path client;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  include conf.d/*.conf;
}
`

const certificateArguments =
  'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=wx-upload -addext subjectAltName=IP:127.0.0.1'.split(
    ' ',
  )

/** The shipped configuration, running. */
export interface ShippedNginx {
  /** By HTTPS. */
  readonly url: string
  /** By plain HTTP. */
  readonly plainUrl: string
  /** The certificate of `url`, in PEM. */
  readonly certificate: string
  stop(): Promise<void>
}

/** Runs nginx with the configuration that is shipped, for other ports and another certificate. Installs nginx where that can be done unasked. */
export async function startShippedNginx(receiverPorts: readonly number[]): Promise<ShippedNginx> {
  await ensurePrograms('Testing the configuration of nginx', [
    { debianPackage: 'nginx-light', programs: ['nginx'] },
  ])
  const folder = await mkdtemp(path.join(tmpdir(), 'wx-upload-nginx-'))
  const [port = 0, plainPort = 0] = await findFreePorts(2)
  const site = adapt(await readFile(path.join(shipped, 'wx-upload.conf'), 'utf8'), [
    // With the line for IPv6.
    [/listen 443 (.*);\n.*listen \[::\]:443 .*;/g, `listen 127.0.0.1:${port} $1;`],
    [/listen 127\.0\.0\.1:8080;/g, `listen 127.0.0.1:${plainPort};`],
    [/\/etc\/nginx\/certificates\/.*\.pem/g, path.join(folder, 'cert.pem')],
    [/\/etc\/nginx\/certificates\/.*\.key/g, path.join(folder, 'key.pem')],
    [/( +server 127\.0\.0\.1:878\d (.*)\n)+/g, listServers(receiverPorts)],
  ])
  await mkdir(path.join(folder, 'conf.d'))
  await mkdir(path.join(folder, 'snippets'))
  const files = {
    'nginx.conf': mainConfiguration,
    'conf.d/wx-upload.conf': site,
    'snippets/wx-upload-locations.conf': await readFile(
      path.join(shipped, 'wx-upload-locations.conf'),
      'utf8',
    ),
  }
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text)
  await run('openssl', certificateArguments, { cwd: folder })
  const configuration = path.join(folder, 'nginx.conf')
  const args = ['-p', folder, '-c', configuration, '-e', path.join(folder, 'error.log')]
  const nginx = start(findProgram('nginx') ?? 'nginx', args, { cwd: folder })
  const plainUrl = `http://127.0.0.1:${plainPort}`
  await untilItAnswers(nginx, plainUrl)
  return {
    url: `https://127.0.0.1:${port}`,
    plainUrl,
    certificate: await readFile(path.join(folder, 'cert.pem'), 'utf8'),
    async stop() {
      await nginx.stop('SIGQUIT')
      await rm(folder, { recursive: true })
    },
  }
}

/** Replaces what is different on this machine; each must be there. */
function adapt(text: string, changes: readonly (readonly [RegExp, string])[]): string {
  let adapted = text
  for (const [pattern, replacement] of changes) {
    const changed = adapted.replace(pattern, replacement)
    if (changed === adapted) throw new Error(`${pattern} is not in the configuration of nginx`)
    adapted = changed
  }
  return adapted
}

function listServers(ports: readonly number[]): string {
  return ports.map((port) => `    server 127.0.0.1:${port} $2\n`).join('')
}

async function untilItAnswers(nginx: RunningProgram, url: string): Promise<void> {
  for (;;) {
    try {
      await (await fetch(`${url}/healthz`)).text()
      return
    } catch {
      if (nginx.child.exitCode !== null) throw new Error(`nginx ended: ${nginx.output()}`)
      await sleep(pollMs)
    }
  }
}
