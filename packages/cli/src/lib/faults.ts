import { once } from 'node:events'
import { developmentAuthority } from './development-certificate.ts'
import { CliError } from './errors.ts'
import { exitCodeOf } from './exit-codes.ts'
import { createFaultCertificates } from './faults/fault-certificates.ts'
import { faultGroups } from './faults/fault-groups.ts'
import { formatFaultList, listFaults } from './faults/fault-list.ts'
import { type FaultServer, startFaultServer } from './faults/fault-server.ts'
import { createInterruption } from './interruption.ts'
import { explainListenError } from './listen-error.ts'
import { formatHost, listHosts } from './listening-hosts.ts'
import { createColors } from './terminal.ts'

/** The options of `wx-upload faults`, parsed. */
export interface FaultsOptions {
  readonly port: number
  readonly host: string
  readonly json?: true
}

/** Runs the server that misbehaves until a signal stops it. Returns the exit code. */
export async function faults(options: FaultsOptions): Promise<number> {
  const interruption = createInterruption()
  const { authority, authorityFile } = await developmentAuthority()
  const server = await start(options, createFaultCertificates(authority, options.host))
  const hosts = listHosts(options.host)
  const [hostname = options.host] = hosts
  if (options.json) {
    const list = {
      authorityFile,
      origins: server.originsOf(hostname),
      faults: listFaults(faultGroups, { server, hostname }),
    }
    process.stdout.write(`${JSON.stringify(list)}\n`)
  } else {
    const { bold } = createColors(process.stdout)
    process.stdout.write(`${formatFaultList(faultGroups, { server, hostname, bold })}\n\n`)
  }
  process.stderr.write(`${formatNotice({ hosts, port: server.port, authorityFile })}\n`)
  if (!interruption.aborted) await once(interruption, 'abort')
  await server.close()
  return exitCodeOf('ok')
}

const ownPorts = 'What begins with :PORT is at that port instead.'

async function start(
  { host, port }: FaultsOptions,
  certificates: ReturnType<typeof createFaultCertificates>,
): Promise<FaultServer> {
  try {
    return await startFaultServer({
      groups: faultGroups,
      host,
      port,
      certificates,
      listFor: (server, hostname) => {
        const list = formatFaultList(faultGroups, { server, hostname, bold: (text) => text })
        const [origin] = server.originsOf(hostname)
        return `Upload to ${origin}/NAME. ${ownPorts}\n\n${list}\n`
      },
    })
  } catch (error) {
    const [found, advice] = explainListenError(error, { prefix: '--' })
    const failedPort = error instanceof Error && 'port' in error ? Number(error.port) : port
    throw new CliError('listen', `cannot listen on ${host}:${failedPort} (${found}): ${advice}`, {
      cause: error,
    })
  }
}

function formatNotice({
  hosts,
  port,
  authorityFile,
}: {
  hosts: readonly string[]
  port: number
  authorityFile: string
}): string {
  const { cyan } = createColors(process.stderr)
  const [first = '', ...others] = hosts.map((host) => `http://${formatHost(host)}:${port}`)
  return [
    `Listening on ${cyan(`${first}/NAME`)}`,
    ...others.map((other) => `         and ${cyan(`${other}/NAME`)}`),
    `NAME         is one of these. ${ownPorts}`,
    `Try it       npx wx-upload put FILE ${first}/silent`,
    `Trust it     ${authorityFile}`,
    '             is the authority of the certificates, as with serve',
    'Ctrl-C stops it.',
  ].join('\n')
}
