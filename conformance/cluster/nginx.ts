import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ensurePrograms } from '../../scripts/lib/ensure-programs.mjs'
import { findProgram } from '../../scripts/lib/find-program.mjs'
import { findFreePorts } from '../../scripts/lib/free-ports.mjs'
import { type RunningProgram, start } from '../packages/programs.ts'

const pollMs = 20

/** What stands behind the proxy. */
export interface NginxOptions {
  /** Ports of the receivers. */
  readonly receivers: readonly number[]
  /** Addresses of the store's servers. */
  readonly gateways: readonly string[]
}

/** A running nginx. */
export interface Nginx {
  /** Where clients find the receivers. */
  readonly url: string
  /** Where the receivers find the store. */
  readonly storeUrl: string
  stop(): Promise<void>
}

/** Starts nginx before the receivers, and before the store's servers. Installs it where that can be done unasked. */
export async function startNginx({ receivers, gateways }: NginxOptions): Promise<Nginx> {
  await ensurePrograms('The proof on a cluster', [
    { debianPackage: 'nginx-light', programs: ['nginx'] },
  ])
  const folder = await mkdtemp(path.join(tmpdir(), 'wx-upload-nginx-'))
  const [port = 0, storePort = 0] = await findFreePorts(2)
  const configuration = path.join(folder, 'nginx.conf')
  await writeFile(
    configuration,
    formatConfiguration({
      port,
      storePort,
      receivers: receivers.map((receiver) => `127.0.0.1:${receiver}`),
      gateways: gateways.map((gateway) => new URL(gateway).host),
    }),
  )
  const args = ['-p', folder, '-c', configuration, '-e', path.join(folder, 'error.log')]
  const nginx = start(findProgram('nginx') ?? 'nginx', args, { cwd: folder })
  const url = `http://127.0.0.1:${port}`
  const storeUrl = `http://127.0.0.1:${storePort}`
  await waitForAnswer(nginx, storeUrl)
  return {
    url,
    storeUrl,
    async stop() {
      await nginx.stop('SIGQUIT')
      await rm(folder, { recursive: true })
    },
  }
}

interface Addresses {
  readonly port: number
  readonly storePort: number
  readonly receivers: readonly string[]
  readonly gateways: readonly string[]
}

function formatConfiguration({ port, storePort, receivers, gateways }: Addresses): string {
  return `
daemon off;
pid nginx.pid;
worker_processes 1;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path temporary;
  proxy_temp_path temporary;
  fastcgi_temp_path temporary;
  uwsgi_temp_path temporary;
  scgi_temp_path temporary;

  # Bodies pass as they come, in both directions. A request that a server may have heard of is not given to another one by the
  # proxy: the client sends it again, with the same Idempotency-Key, and the SDK of the store does so too.
  client_max_body_size 0;
  proxy_request_buffering off;
  proxy_buffering off;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  # The store's signatures cover the name, and the receivers' addresses of files begin with it.
  proxy_set_header Host $http_host;
  proxy_connect_timeout 5s;
  proxy_send_timeout 300s;
  proxy_read_timeout 300s;

  # One that refuses a connection costs nothing: each is always asked.
  upstream receivers {
    least_conn;
    ${receivers.map((server) => `server ${server} max_fails=0;`).join(' ')}
  }
  upstream gateways {
    least_conn;
    ${gateways.map((server) => `server ${server} max_fails=0;`).join(' ')}
  }
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://receivers; }
  }
  server {
    listen 127.0.0.1:${storePort};
    location / { proxy_pass http://gateways; }
  }
}
`
}

async function waitForAnswer(nginx: RunningProgram, url: string): Promise<void> {
  for (;;) {
    try {
      await (await fetch(url)).text()
      return
    } catch {
      if (nginx.child.exitCode !== null) throw new Error(`nginx ended: ${nginx.output()}`)
      await sleep(pollMs)
    }
  }
}
