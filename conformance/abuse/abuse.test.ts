import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startServer } from './abused-server.fixture.ts'
import { attack, type Behaviour } from './attackers.fixture.ts'
import { duel, leastRatio, tell } from './duel.fixture.ts'

const kib = 1024
const mib = 1024 * kib
const patient = { timeout: 120_000, interval: 50 }

const boundary = 'b'
const uploadHead = `POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=${boundary}\r\n`
const tinyPart = `--${boundary}\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n`
const end = `--${boundary}--\r\n`
const valid = `${uploadHead}Content-Length: ${tinyPart.length + end.length}\r\n\r\n${tinyPart}${end}`

function declared(body: string, length = body.length): string {
  return `${uploadHead}Content-Length: ${length}\r\n\r\n${body}`
}

function filePart(name: string): string {
  return `--${boundary}\r\nContent-Disposition: form-data; name="f"; filename="${name}"\r\n\r\nx\r\n`
}

const manyTinyParts = declared(tinyPart.repeat(5000) + end)
const manyNames = declared(
  Array.from({ length: 5000 }, (_, index) => filePart(`../${index}/\u202E${'x'.repeat(50)}`)).join(
    '',
  ) + end,
)
// As bytes, so that the attacker does not spend the time that it takes from others on making them.
const hugeName = Buffer.from(declared(filePart('../'.repeat(100_000)) + end))
const garbage = Buffer.from(Array.from({ length: 64 * kib }, (_, index) => (index * 7919) % 256))
const uploadAndGarbage = Buffer.concat([Buffer.from(valid), garbage])

/** An attack that goes on. */
interface Attacking {
  readonly name: string
  readonly connections: number
  readonly behave: Behaviour
  /** Milliseconds after which it comes again when it was closed. Default 50. */
  readonly againMs?: number
  /** What the server says to it, if it should. */
  readonly heard?: RegExp
}

const attacks: readonly Attacking[] = [
  {
    name: 'slow heads',
    connections: 500,
    behave: (socket, turn) => {
      socket.write(turn === 0 ? 'GET /uploads HTTP/1.1\r\nHost: localhost\r\n' : `X-${turn}: 1\r\n`)
      return 1000
    },
  },
  {
    name: 'slow bodies',
    connections: 90,
    behave: (socket, turn) => {
      socket.write(
        turn === 0
          ? `${uploadHead}Content-Length: 10000000\r\n\r\n${filePart('f').slice(0, -3)}`
          : 'x'.repeat(600),
      )
      return 500
    },
  },
  {
    name: 'tiny parts',
    connections: 4,
    behave: (socket) => {
      socket.write(manyTinyParts)
      return 100
    },
    heard: /^HTTP\/1\.1 413 .*"name":"fields"/s,
  },
  {
    name: 'many odd names',
    connections: 4,
    behave: (socket) => {
      socket.write(manyNames)
      return 100
    },
    heard: /^HTTP\/1\.1 413 .*"name":"files"/s,
  },
  {
    name: 'names of 300 kB',
    connections: 4,
    behave: (socket) => {
      socket.write(hugeName)
      return 20
    },
    heard: /^HTTP\/1\.1 413 .*"name":"headerSizeBytes"/s,
  },
  {
    name: 'Content-Lengths that are too short',
    connections: 10,
    behave: (socket) => {
      socket.write(declared(tinyPart + end, 20))
      return 100
    },
    heard: /^HTTP\/1\.1 400 /,
  },
  {
    name: 'Content-Lengths that are too long',
    connections: 90,
    behave: (socket, turn) => {
      if (turn === 0) socket.write(declared(tinyPart + end, 1_000_000))
      return 1000
    },
  },
  {
    name: 'garbage behind whole uploads',
    connections: 20,
    againMs: 25,
    behave: (socket) => {
      socket.write(uploadAndGarbage)
      return 50
    },
    heard: /^HTTP\/1\.1 400 /m,
  },
  {
    name: 'requests that are never read',
    connections: 10,
    behave: (socket) => {
      socket.pause()
      socket.write('GET /uploads?limit=1000 HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(100))
      return 100
    },
  },
]

describe('while somebody sends', () => {
  it.each(attacks)(
    'R-04 $name by $connections connections, uploads of others go on at half their speed or more',
    async ({ name, connections, behave, againMs, heard }) => {
      const server = await startServer({ limits: { lingerMs: 1000 } })
      const result = await duel({ quietly: server, abused: server }, () =>
        attack(server.port, { connections, behave, againMs }),
      )
      tell(name, result)
      const { ratio, strain, quietStrain, answers } = result
      expect(ratio).toBeGreaterThan(leastRatio)
      expect(strain.peakBytes).toBeLessThan(quietStrain.peakBytes + 128 * mib)
      // The loop of a server that is busy with uploads is late by some milliseconds too.
      expect(strain.delayMs).toBeLessThan(10 * Math.max(quietStrain.delayMs, 20))
      if (heard !== undefined) expect(answers.find((text) => heard.test(text))).toBeDefined()
    },
  )
})

describe('while somebody holds', () => {
  it('R-04 10,000 idle connections, uploads of others go on at half their speed or more, and more connections can be made', async () => {
    const quietly = await startServer()
    const abused = await startServer({ maxConnections: 10_000 })
    const sockets = await connectMany(abused.port, 10_000)
    const result = await duel({ quietly, abused }, () => ({
      answers: () => [],
      open: () => sockets.filter((socket) => !socket.destroyed).length,
      stop() {},
    }))
    tell('10,000 idle connections', result)
    expect(result.ratio).toBeGreaterThan(leastRatio)
    expect(result.strain.peakBytes - result.quietStrain.peakBytes).toBeLessThan(400 * mib)
    // Those that nobody hears of for 30 s are closed.
    await expect.poll(() => sockets.filter((socket) => !socket.destroyed).length, patient).toBe(0)
  })

  it('R-04 every upload that may be under way, others hear 503 at once, until the slow ones are ended', async () => {
    const server = await startServer({
      limits: { concurrentUploads: 50, minRateWindowMs: 2000, minRateBytesPerSecond: 1000 },
    })
    const slow = attack(server.port, {
      connections: 50,
      behave(socket, turn) {
        if (turn === 0) socket.write(`${uploadHead}Content-Length: 10000000\r\n\r\n`)
        else socket.write('x')
        return 100
      },
    })
    onTestFinished(() => slow.stop())
    await expect
      .poll(() => ask(server.port, valid), patient)
      .toMatch(/^HTTP\/1\.1 503 .*overloaded/s)
    await expect
      .poll(() => slow.answers().filter((text) => text.startsWith('HTTP/1.1 408 ')).length, patient)
      .toBeGreaterThanOrEqual(50)
    slow.stop()
    await expect.poll(() => ask(server.port, valid), patient).toMatch(/^HTTP\/1\.1 200 /)
  })

  it('R-04 every upload that may be under way by sending little more than it must, others are taken', async () => {
    const server = await startServer({ limits: { minRateWindowMs: 2000 } })
    const slow = attack(server.port, {
      connections: 100,
      behave(socket, turn) {
        if (turn === 0) {
          socket.write(`${uploadHead}Content-Length: 10000000\r\n\r\n`)
          socket.write(filePart('f').slice(0, -3))
        }
        socket.write('x'.repeat(300))
        return 200
      },
    })
    onTestFinished(() => slow.stop())
    await expect
      .poll(() => ask(server.port, valid), patient)
      .toMatch(/^HTTP\/1\.1 503 .*overloaded/s)
    for (let count = 0; count < 10; count += 1)
      await expect.poll(() => ask(server.port, valid), patient).toMatch(/^HTTP\/1\.1 200 /)
    // They were not too slow for a server that has room.
    expect(slow.answers().join('')).not.toContain('"minRateBytesPerSecond"')
    expect(slow.open()).toBeGreaterThan(50)
  })
})

describe('a name', () => {
  it('R-07 with any trick leads nowhere but into the folder of its upload', async () => {
    const server = await startServer()
    const names = [
      '../../../../etc/passwd',
      '..',
      '.',
      '/etc/passwd',
      'C:\\Windows\\win.ini',
      '..\\..\\x',
      'a/../../x',
      'con',
      'aux.txt',
      'x\u0000.png',
      '\u202Egpj.exe',
      '...',
      ' ',
      '%2e%2e%2fx',
      '..%c0%afx',
      '\uFF0E\uFF0E\uFF0Fx',
      'x'.repeat(10_000),
      'é'.repeat(5000),
      '\uD800',
      'upload.json',
    ]
    for (const name of names) {
      const body = `${filePart(name)}${end}`
      const bytes = Buffer.from(body)
      const answer = await ask(
        server.port,
        Buffer.concat([Buffer.from(`${uploadHead}Content-Length: ${bytes.length}\r\n\r\n`), bytes]),
      )
      expect(answer).toMatch(/^HTTP\/1\.1 (?:200|400) /)
    }
    const entries = await readdir(server.folder, { recursive: true })
    for (const entry of entries) {
      const [day = '', id, ...rest] = entry.split(path.sep)
      if (day.startsWith('.')) continue
      expect(day).toMatch(/^\d{4}-\d{2}-\d{2}$/)
      if (id !== undefined) expect(id).toMatch(/^\w{26}$/)
      expect(rest.length).toBeLessThanOrEqual(1)
    }
    expect(await readdir(server.folder)).not.toContain('x')
  })
})

/** Opens connections, some hundred at a time: the system has no room for more that nobody has taken yet. */
async function connectMany(port: number, count: number): Promise<Socket[]> {
  const sockets: Socket[] = []
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
  })
  while (sockets.length < count) {
    const some = Array.from({ length: Math.min(200, count - sockets.length) }, () =>
      connect(port, '127.0.0.1'),
    )
    for (const socket of some) socket.on('error', () => undefined).resume()
    await Promise.all(some.map((socket) => once(socket, 'connect')))
    sockets.push(...some)
  }
  return sockets
}

/** Sends a request over a connection of its own, and gives what came back first. */
async function ask(port: number, request: string | Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.setEncoding('utf8').write(request)
  const [answer] = await once(socket, 'data')
  socket.destroy()
  return String(answer)
}
