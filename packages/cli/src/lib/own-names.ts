import { BlockList, isIP, isIPv4 } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'

// Names and networks that nobody on the internet has.
const privateDomains = ['localhost', 'local', 'lan', 'home.arpa', 'internal']
const privateNetworks = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  // Of virtual private networks, such as Tailscale's.
  '100.64.0.0/10',
  '::1/128',
  'fc00::/7',
]

/**
 * What an authority for development may vouch for: private names and networks, this machine's own name, and the addresses of
 * the old kind that it has in the internet.
 */
export function permittedNames(): string[] {
  const addresses = ownAddresses().filter((address) => isIPv4(address))
  const elsewhere = addresses.filter((address) => !isPermitted(address, privateNetworks))
  return [
    ...new Set([...privateDomains, ownName()]),
    ...privateNetworks,
    ...elsewhere.map((address) => `${address}/32`),
  ]
}

/** The names and addresses of this machine, and `host`, as far as they are permitted. */
export function ownNames(host: string, permitted: readonly string[]): string[] {
  const name = ownName()
  const names = ['localhost', name, `${name}.local`, '127.0.0.1', '::1', host, ...ownAddresses()]
  const unique = new Set(names.map((each) => each.toLowerCase()))
  return [...unique].filter((each) => isPermitted(each, permitted))
}

function ownName(): string {
  return hostname().toLowerCase()
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addressesOfOne) => addressesOfOne ?? [])
    .map(({ address }) => address)
}

function isPermitted(name: string, permitted: readonly string[]): boolean {
  if (isIP(name) !== 0) return networksOf(permitted).check(name, isIPv4(name) ? 'ipv4' : 'ipv6')
  // What is no name for a certificate, such as one with an underscore, would be refused with all the others.
  if (!/^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/.test(name)) return false
  return permitted.some((domain) => name === domain || name.endsWith(`.${domain}`))
}

function networksOf(permitted: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of permitted) {
    const [address = '', prefix] = network.split('/')
    if (isIP(address) !== 0)
      list.addSubnet(address, Number(prefix), isIPv4(address) ? 'ipv4' : 'ipv6')
  }
  return list
}
