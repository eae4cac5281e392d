// @ts-check
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'

const lowestPort = 10_000

/**
 * Ports of 127.0.0.1 that nobody uses now, for servers that have to be told theirs and come back at it. They are not
 * among those that the system gives to outgoing connections, which would take the port of a server that is away.
 *
 * @param {number} count
 * @returns {Promise<number[]>}
 */
export async function findFreePorts(count) {
  const highestPort = lowestEphemeralPort() - 1
  /** @type {Set<number>} */
  const ports = new Set()
  while (ports.size < count) {
    const port = randomInt(lowestPort, highestPort + 1)
    if (await isFree(port)) ports.add(port)
  }
  return [...ports]
}

function lowestEphemeralPort() {
  try {
    const range = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
    return Math.max(Number.parseInt(range, 10), lowestPort + 1000)
  } catch {
    return 32_768
  }
}

/** @param {number} port */
async function isFree(port) {
  const server = createServer().listen({ port, host: '127.0.0.1', exclusive: true })
  try {
    await once(server, 'listening')
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}
