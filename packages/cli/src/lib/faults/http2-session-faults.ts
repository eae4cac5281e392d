import { constants, type Settings } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import { answered, type Fault, type FaultGroup, hidden, netError, timeout } from './fault.ts'
import { respondAfter, serveStreams } from './serve-http2.ts'

const ok = answered(200, 'ok')
const closed = netError('-100:net::ERR_CONNECTION_CLOSED')
// Node.js says nothing of what it cannot read, and may read no more, not even the end.
const unnoticed = [...timeout, ...closed]
const brokenProtocol = netError('-337:net::ERR_HTTP2_PROTOCOL_ERROR')

/** A fault of a whole connection. Who speaks HTTP/1.1 sees none. */
function onSession(
  name: string,
  {
    meet,
    ...description
  }: Pick<Fault, 'does' | 'node' | 'browser'> & { meet: (socket: TLSSocket) => void },
): Fault {
  return { name, ...description, at: 'session', meetSession: meet }
}

export const http2SessionFaults: FaultGroup = {
  title: 'HTTP/2 connections, each at a port of its own',
  faults: [
    onSession('h2-one-stream', {
      does: 'takes one stream at once.',
      node: ok,
      browser: ok,
      meet: (socket) => answerAll(socket, { maxConcurrentStreams: 1 }),
    }),
    onSession('h2-small-window', {
      does: 'takes 1 KiB at a time.',
      node: ok,
      browser: ok,
      meet: (socket) => answerAll(socket, { initialWindowSize: 1024 }),
    }),
    onSession('h2-no-window', {
      does: 'takes nothing of any upload.',
      // Before it has said so, what fits in the default one may have gone.
      node: [...ok, ...timeout],
      browser: [...ok, ...timeout],
      meet: (socket) => answerAll(socket, { initialWindowSize: 0 }),
    }),
    onSession('h2-no-settings', {
      does: 'chooses HTTP/2, and never says a word.',
      node: timeout,
      browser: timeout,
      meet: (socket) => void socket.resume(),
    }),
    onSession('h2-close-at-once', {
      does: 'chooses HTTP/2, and closes.',
      node: closed,
      browser: hidden,
      meet: (socket) => void socket.end(),
    }),
    onSession('h2-goaway-unbegun', {
      does: 'says GOAWAY at once, every other time.',
      node: ok,
      // It may make more connections than it uses, and so meet two of these in a row.
      browser: [...ok, ...hidden],
      meet: everyOther((socket) => sayLast(socket, goaway(0, 0))),
    }),
    onSession('h2-goaway-at-once', {
      does: 'says GOAWAY to every connection at once.',
      node: netError('-351:net::ERR_HTTP2_SERVER_REFUSED_STREAM'),
      browser: hidden,
      meet: (socket) => sayLast(socket, goaway(0, 0)),
    }),
    onSession('h2-goaway-and-close', {
      does: 'says GOAWAY with an error, and closes.',
      node: brokenProtocol,
      browser: hidden,
      meet: (socket) => sayLast(socket, goaway(1, constants.NGHTTP2_ENHANCE_YOUR_CALM)),
    }),
    onSession('h2-not-spoken', {
      does: 'chooses HTTP/2, and speaks HTTP/1.1.',
      node: brokenProtocol,
      browser: hidden,
      meet: (socket) => {
        socket.once('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))
      },
    }),
    onSession('h2-frame-too-large', {
      does: 'sends a frame that is too long.',
      node: unnoticed,
      browser: hidden,
      meet: (socket) => sayLast(socket, frame(0, { payload: Buffer.alloc(20_000) })),
    }),
    onSession('h2-frame-misplaced', {
      does: 'sends a body outside of any stream.',
      node: unnoticed,
      browser: hidden,
      meet: (socket) => sayLast(socket, frame(0, { payload: Buffer.from('body') })),
    }),
    onSession('h2-header-garbled', {
      does: 'sends headers that cannot be decompressed.',
      node: unnoticed,
      browser: hidden,
      meet: (socket) => {
        // [RFC 7541 §6.1] An index beyond every table.
        const payload = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f])
        sayLast(socket, frame(1, { stream: 1, flags: endHeaders, payload }))
      },
    }),
    onSession('h2-window-overflow', {
      does: 'opens a window beyond what one can be.',
      node: [...netError('-361:net::ERR_HTTP2_FLOW_CONTROL_ERROR'), ...unnoticed],
      browser: hidden,
      meet: (socket) => sayLast(socket, frame(8, { payload: Buffer.from('7fffffff', 'hex') })),
    }),
  ],
}

// [RFC 9113 §6.2]
const endHeaders = 0x4

/** Reads and answers every upload, with these settings. */
function answerAll(socket: TLSSocket, settings: Settings): void {
  serveStreams(socket, { settings, meet: (stream) => respondAfter(stream, 'ok') })
}

function everyOther(meet: (socket: TLSSocket) => void): (socket: TLSSocket) => void {
  let isNext = false
  return (socket) => {
    isNext = !isNext
    if (isNext) meet(socket)
    else answerAll(socket, {})
  }
}

/** Says these frames to a client that has begun to speak, and closes when it says more, or nothing for a while. */
function sayLast(socket: TLSSocket, frames: Buffer): void {
  socket.once('data', () => {
    socket.write(Buffer.concat([settings, frames]))
    socket.once('data', () => socket.end())
    setTimeout(() => socket.end(), 100)
  })
}

/** [RFC 9113 §6.8] */
function goaway(lastStreamId: number, code: number): Buffer {
  const payload = Buffer.alloc(8)
  payload.writeUInt32BE(lastStreamId, 0)
  payload.writeUInt32BE(code, 4)
  return frame(7, { payload })
}

/** [RFC 9113 §4.1] */
function frame(
  type: number,
  {
    stream = 0,
    flags = 0,
    payload = Buffer.alloc(0),
  }: { stream?: number; flags?: number; payload?: Buffer } = {},
): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** What an HTTP/2 server says first. */
const settings: Buffer = frame(4)
