// @ts-check
import { randomBytes } from 'node:crypto'

const secretBytes = 16
const aes = 1

/**
 * The keys of all daemons of a cluster, as a keyring file. radosgw does not start without authentication.
 *
 * @param {{ osds: number, gateways: number }} daemons
 */
export function formatKeyring({ osds, gateways }) {
  /** @type {Entry[]} */
  const entries = [
    ['mon.', { mon: 'allow *' }],
    ['client.admin', { mon: 'allow *', osd: 'allow *', mgr: 'allow *' }],
    ...numbered(osds, 'osd', {
      mon: 'allow profile osd',
      mgr: 'allow profile osd',
      osd: 'allow *',
    }),
    ...numbered(gateways, 'client.rgw', { mon: 'allow rw', osd: 'allow rwx', mgr: 'allow rw' }),
  ]
  return entries.map(formatEntry).join('')
}

/**
 * A daemon's name, and what it may do to the daemons of each kind.
 *
 * @typedef {[name: string, capabilities: Record<string, string>]} Entry
 */

/**
 * @param {number} count
 * @param {string} name
 * @param {Record<string, string>} capabilities
 * @returns {Entry[]}
 */
function numbered(count, name, capabilities) {
  return Array.from({ length: count }, (_, index) => [`${name}.${index}`, capabilities])
}

/** @param {Entry} entry */
function formatEntry([name, capabilities]) {
  const caps = Object.entries(capabilities).map(([kind, caps]) => `\tcaps ${kind} = "${caps}"\n`)
  return `[${name}]\n\tkey = ${createKey()}\n${caps.join('')}`
}

/** A new key: its type, when it was made (seconds, nanoseconds), its length, all little-endian, then the secret. */
function createKey() {
  const header = Buffer.alloc(12)
  header.writeUInt16LE(aes, 0)
  header.writeUInt32LE(Math.floor(Date.now() / 1000), 2)
  header.writeUInt16LE(secretBytes, 10)
  return Buffer.concat([header, randomBytes(secretBytes)]).toString('base64')
}
