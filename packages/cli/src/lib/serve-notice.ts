import { formatHost, listHosts } from './listening-hosts.ts'
import { createColors } from './terminal.ts'

/** Where a server listens. */
export interface ListeningAt {
  readonly host: string
  readonly port: number
  readonly isSecure: boolean
  /** Whom clients have to trust, where they would not by themselves. */
  readonly authorityFile: string | undefined
  /** Where the metrics are, at a port of their own. */
  readonly metricsUrl: string | undefined
  /** Whether an upload needs a ticket. */
  readonly hasTickets: boolean
  /** Whether somebody may list, remove and listen. */
  readonly hasAdmin: boolean
}

/** Tells the user where the server listens, where files go, and how to use it. */
export function announce(folder: string, listening: ListeningAt): void {
  const { authorityFile, metricsUrl, hasTickets, hasAdmin } = listening
  const colors = createColors(process.stderr)
  const [url = '', ...others] = listUrls(listening)
  const trust = authorityFile === undefined ? '' : ` --ca ${quote(authorityFile)}`
  const ticket = hasTickets ? " --header 'X-Upload-Ticket: TICKET'" : ''
  const lines = [
    `Listening on ${colors.cyan(url)}`,
    ...others.map((other) => `         and ${colors.cyan(other)}`),
    `Files go to  ${folder}`,
    hasTickets || hasAdmin
      ? `Watch it     ${hasAdmin ? 'with the admin token alone' : 'nobody may without an admin token (WX_UPLOAD_ADMIN_TOKEN)'}`
      : `Watch it     open ${colors.cyan(url)} in a browser`,
    ...(metricsUrl === undefined ? [] : [`Metrics at   ${colors.cyan(metricsUrl)}`]),
    `Try it       npx wx-upload put FILE ${url}/upload${ticket}${trust}`,
    ...(authorityFile === undefined ? [] : adviseTrust(quote(authorityFile))),
    'Ctrl-C stops it.',
  ]
  process.stderr.write(`${lines.join('\n')}\n`)
}

function adviseTrust(file: string): string[] {
  return [
    `Trust it     Node.js: NODE_EXTRA_CA_CERTS=${file}, or createWx({ ca }) with what is in it`,
    `             curl: --cacert ${file}`,
    '             a browser or a phone: import that file as an authority',
  ]
}

function quote(file: string): string {
  return /\s/.test(file) ? `"${file}"` : file
}

/** The addresses that the server answers at. */
function listUrls(where: ListeningAt): string[] {
  return listHosts(where.host).map((host) => formatUrl(host, where))
}

function formatUrl(
  host: string,
  { port, isSecure }: Pick<ListeningAt, 'port' | 'isSecure'>,
): string {
  return `${isSecure ? 'https' : 'http'}://${formatHost(host)}:${port}`
}
