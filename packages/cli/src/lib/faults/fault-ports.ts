import { once } from 'node:events'
import net, { type AddressInfo, type Server } from 'node:net'

/** Something that has a port of its own. */
export interface OpenPort {
  readonly port: number
  close(): Promise<void>
}

/** Has a server listen. 0 takes any free port. */
export async function openPort(
  server: Server,
  { host, port }: { host: string; port: number },
): Promise<OpenPort> {
  const sockets = new Set<net.Socket>()
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(port, host)
  await once(server, 'listening')
  return {
    // A server that listens on a port has an address with one.
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** A port that refuses whoever comes: it is the near end of a connection, so that nobody else can listen there. */
export async function openClosedPort(port: number): Promise<OpenPort> {
  const farEnd = net.createServer((socket) => void socket.on('error', () => undefined))
  farEnd.listen(0, '127.0.0.1')
  await once(farEnd, 'listening')
  const { port: farPort } = farEnd.address() as AddressInfo
  const host = '127.0.0.1'
  const nearEnd = net.connect({ port: farPort, host, localAddress: host, localPort: port })
  try {
    await once(nearEnd, 'connect')
  } catch (error) {
    // It names the other end's.
    throw error instanceof Error ? Object.assign(error, { port }) : error
  } finally {
    farEnd.close()
  }
  return {
    port: nearEnd.localPort ?? port,
    async close() {
      const closed = once(nearEnd, 'close')
      // The port is free again at once.
      nearEnd.resetAndDestroy()
      await closed
    },
  }
}
