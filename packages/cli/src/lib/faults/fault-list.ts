import type { Fault, FaultGroup, Outcome } from './fault.ts'
import type { FaultServer } from './fault-server.ts'

/** What programs are told of a fault. */
export interface ListedFault {
  readonly name: string
  /** Of the group. */
  readonly title: string
  readonly does: string
  readonly url: string
  /** Whether it is one of HTTP/2, which no other client meets. */
  readonly http2: boolean
  readonly node: readonly Outcome[]
  readonly browser: readonly Outcome[]
}

/** The faults with their addresses. */
export function listFaults(
  groups: readonly FaultGroup[],
  { server, hostname }: { server: FaultServer; hostname: string },
): ListedFault[] {
  return groups.flatMap(({ title, faults }) =>
    faults.map((fault) => {
      const { name, does, node, browser } = fault
      const http2 = fault.at === 'stream' || fault.at === 'session'
      return { name, title, does, url: server.urlOf(fault, hostname), http2, node, browser }
    }),
  )
}

/** The faults for people, a line each; those that are not at the first port with theirs. */
export function formatFaultList(
  groups: readonly FaultGroup[],
  {
    server,
    hostname,
    bold,
  }: { server: FaultServer; hostname: string; bold: (text: string) => string },
): string {
  return groups
    .map(({ title, faults }) => {
      const places = faults.map((fault) => formatPlace(fault, { server, hostname }))
      const width = Math.max(...places.map((place) => place.length))
      const lines = faults.map(({ does }, at) => `  ${(places[at] ?? '').padEnd(width)}  ${does}`)
      return [bold(title), ...lines].join('\n')
    })
    .join('\n\n')
}

function formatPlace(
  fault: Fault,
  { server, hostname }: { server: FaultServer; hostname: string },
): string {
  const url = new URL(server.urlOf(fault, hostname))
  if (fault.at === 'nowhere') return url.host
  if (url.port === String(server.port)) return fault.name
  return `${url.protocol === 'https:' ? 'https ' : ''}:${url.port}/${fault.name}`
}
