import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createWx } from '../../node.ts'
import { createRandom, pickBy } from '../../seeded-random.fixture.ts'
import { answerContinue, type Exchange, startRawServer } from './raw-server.fixture.ts'
import { createTempFile } from './temp-folder.fixture.ts'
import { eventTypes, startUpload, type WatchedUpload } from './upload.fixture.ts'

const uploads = 200
const seed = 20260101

const random = createRandom(seed)
const pick = <T>(choices: readonly T[]): T => pickBy(choices, random())

/** Whatever a server, or what stands between, may do to a connection at any time. */
const faults: readonly ((socket: Socket) => void)[] = [
  (socket) => void socket.end(),
  (socket) => void socket.destroy(),
  (socket) => void socket.resetAndDestroy(),
  (socket) => void socket.pause(),
  (socket) => void socket.write('garbage\r\n\r\n'),
  (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
  (socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no'),
  (socket) =>
    void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok, and more than that'),
  (socket) => void socket.end('HTTP/1.1 413 Too Large\r\nConnection: close\r\n\r\nstop'),
  (socket) => void socket.write('HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n'),
  (socket) => void socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n'),
  (socket) =>
    void socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'),
  (socket) => void socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnothing\r\n'),
  (socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nno gzip'),
  (socket) => void socket.end('HTTP/1.1 200'),
  (socket) => void socket.write('HTTP/1.1 102 Processing\r\n\r\n'),
  ...[303, 307].map((status) => (socket: Socket) => {
    socket.write(`HTTP/1.1 ${status} Go\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n`)
  }),
  () => undefined,
]

function startFaultyServer() {
  return startRawServer({
    keepBodies: false,
    onConnection: (socket) => {
      if (random() < 0.1) pick(faults)(socket)
    },
    onHead: (exchange) => {
      if (random() < 0.7) answerContinue(exchange)
      if (random() < 0.3) pick(faults)(exchange.socket)
      else if (random() < 0.5) failInTheMiddle(exchange)
    },
    onWhole: ({ socket }) => {
      for (let count = random() * 3; count > 0; count -= 1) {
        if (socket.writable) pick(faults)(socket)
      }
    },
  })
}

function failInTheMiddle(exchange: Exchange): void {
  const atBytes = random() * exchange.contentLength
  const fault = pick(faults)
  const onData = (): void => {
    if (exchange.bodyBytes < atBytes) return
    exchange.socket.off('data', onData)
    fault(exchange.socket)
  }
  exchange.socket.on('data', onData)
}

/** Whether the events are those of a task that has ended once, in their order. */
function isOrderly(watched: WatchedUpload): boolean {
  return /^(progress )?(headers )?(success|fail) complete$/.test(eventTypes(watched).join(' '))
}

describe('servers that fail in every way', () => {
  it(
    // The seed makes the mixture the same each time; which connection gets which is up to the network.
    `U-03 end each of ${uploads} uploads exactly once (seed ${seed})`,
    { timeout: 60_000 },
    async () => {
      const server = await startFaultyServer()
      const wx = createWx({ maxConcurrent: 20 })
      const files = await Promise.all(
        [0, 100, 100_000, 2_000_000, 20_000_000].map((sizeBytes) => createTempFile({ sizeBytes })),
      )
      const watched = Array.from({ length: uploads }, () => {
        const started = startUpload(wx, {
          url: server.url,
          filePath: pick(files),
          timeout: 50 + random() * 500,
        })
        if (random() < 0.1) setTimeout(() => started.task.abort(), random() * 300)
        return started
      })
      const results = await Promise.all(watched.map(({ ended }) => ended))
      // For what might come too late.
      await new Promise((resolve) => setImmediate(resolve))
      expect(watched.filter((each) => !isOrderly(each)).map(eventTypes)).toEqual([])
      const kinds = new Set(results.map(({ errMsg }) => errMsg))
      expect(kinds).toContain('uploadFile:ok')
      expect(kinds).toContain('uploadFile:fail timeout')
      expect(kinds.size).toBeGreaterThan(5)
      expect(kinds).not.toContain('uploadFile:fail upload fail:-2:net::ERR_FAILED')
    },
  )
})
