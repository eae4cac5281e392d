import { isIP } from 'node:net'

/** Whether an address can be reached from this machine alone. */
export function isLoopback(address: string): boolean {
  return (
    address === 'localhost' || address === '::1' || /^(?:::ffff:)?127(?:\.\d+){3}$/.test(address)
  )
}

/**
 * Whether a Host header may be that of a server on this machine: an address, `localhost`, a name below it, or `ownName`, the one
 * it was told to listen at.
 *
 * Any other name was pointed here by somebody else: a page of that name would be of the server's own origin to a browser
 * (DNS rebinding), and could list, read and remove what is here.
 */
export function isLocalName(hostHeader: string, ownName: string): boolean {
  const name = hostName(hostHeader)
  return (
    isIP(name) !== 0 ||
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === ownName.toLowerCase()
  )
}

/** The name, or the address, in a Host header. */
export function hostName(hostHeader: string): string {
  return hostHeader
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase()
}
