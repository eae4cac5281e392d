import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Meet } from './fault.ts'

/** One request, which node:http has read, and the bare socket to answer it by. */
export interface Exchange {
  readonly req: IncomingMessage
  readonly socket: Socket
  /** How many requests the connection has carried before. */
  readonly earlier: number
  /** Whether the client waits for `100 Continue`. */
  readonly asksFirst: boolean
  /** Where the same server is by plain HTTP, for redirects. */
  readonly origin: string
  /** Another origin of it. */
  readonly otherOrigin: string
}

export const continueHead = 'HTTP/1.1 100 Continue\r\n\r\n'

/** A head and a body. Pages of any origin may read it. */
export function formatResponse(
  status: string,
  { header = [], body = '' }: { header?: readonly string[]; body?: string | Buffer } = {},
): Buffer {
  const lines = [`HTTP/1.1 ${status}`, ...corsHeader, ...header, '', '']
  return Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), Buffer.from(body)])
}

const corsHeader = ['Access-Control-Allow-Origin: *', 'Access-Control-Expose-Headers: *']

/** A whole response with its length. */
export function formatWhole(
  status: string,
  body: string | Buffer,
  header: readonly string[] = [],
): Buffer {
  const length = `Content-Length: ${Buffer.byteLength(body)}`
  return formatResponse(status, {
    header: ['Content-Type: text/plain; charset=utf-8', ...header, length],
    body,
  })
}

/** What is answered where nothing is wrong; it says what has come, which a redirect may have changed. */
export function formatOk({ req: { method } }: Exchange): Buffer {
  return formatWhole('200 OK', method === 'GET' ? 'GET without a body' : `${method} with a body`)
}

/** Says `100 Continue` to who waits for it. */
export function sayContinue({ asksFirst, socket }: Exchange): void {
  if (asksFirst) socket.write(continueHead)
}

/** Meets a request when all of it has come; who waits for `100 Continue` is told so. */
export function afterBody(meet: Meet): Meet {
  return afterBytes(Infinity, meet)
}

/** Meets a request when that many bytes of its body have come, or all of it. */
export function afterBytes(bytes: number, meet: Meet): Meet {
  return async (exchange) => {
    sayContinue(exchange)
    await received(exchange, bytes)
    await meet(exchange)
  }
}

/** Meets a request when all of it has come, whether or not its client waits for `100 Continue`. */
export function afterSilentBody(meet: Meet): Meet {
  return async (exchange) => {
    await received(exchange, Infinity)
    await meet(exchange)
  }
}

function received({ req }: Exchange, bytes: number): Promise<void> {
  return new Promise((resolve) => {
    let count = 0
    req.on('data', (chunk: Buffer) => {
      count += chunk.length
      if (count >= bytes) resolve()
    })
    req.once('end', resolve)
  })
}

/** Writes to the connection, which stays open. */
export function say(...parts: readonly (string | Buffer)[]): Meet {
  return ({ socket }) => {
    for (const part of parts) socket.write(part)
  }
}

/** Writes to the connection and closes it. */
export function sayLast(...parts: readonly (string | Buffer)[]): Meet {
  return ({ socket }) => {
    for (const part of parts) socket.write(part)
    socket.end()
  }
}

/** Writes to the connection and resets it when the system has taken that. */
export function sayAndReset(...parts: readonly (string | Buffer)[]): Meet {
  return ({ socket }) => {
    socket.write(Buffer.concat(parts.map((part) => Buffer.from(part))), () => {
      socket.resetAndDestroy()
    })
  }
}
