import { networkInterfaces } from 'node:os'

const anyAddress: readonly string[] = ['0.0.0.0', '::']

/** The hosts that a server which listens on `host` can be reached by, this machine's own first. */
export function listHosts(host: string): string[] {
  if (!anyAddress.includes(host)) return [host]
  const addresses = Object.values(networkInterfaces())
    .flatMap((addressesOfOne) => addressesOfOne ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)
  return ['127.0.0.1', ...addresses]
}

/** A host as it is written in an address. */
export function formatHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
