import net from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createWx } from '../../node.ts'
import { toNetworkError } from './net-errors.ts'
import { startRawServer } from './raw-server.fixture.ts'
import { createTempFile } from './temp-folder.fixture.ts'
import { eventTypes, startUpload, upload, type Uploader } from './upload.fixture.ts'

const failed = (detail: string) => ({
  errMsg: `uploadFile:fail upload fail:${detail}`,
  errno: 600001,
})

const smallUpload = async (url: string, wx: Uploader = createWx()) =>
  upload(wx, { url, filePath: await createTempFile('content') })

async function findFreePort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>((resolve) => void server.listen(0, resolve))
  const address = server.address()
  await new Promise((resolve) => void server.close(resolve))
  if (typeof address !== 'object' || address === null) throw new Error('Cannot find a free port')
  return address.port
}

describe('a failure of the network', () => {
  it.each(['127.0.0.1', 'localhost', '[::1]'])(
    'U-22 a connection to %s that is refused is -102',
    async (host) => {
      const url = `http://${host}:${await findFreePort()}/`
      expect(await smallUpload(url)).toEqual(failed('-102:net::ERR_CONNECTION_REFUSED'))
    },
  )

  it('U-22 a name that does not resolve is -105', async () => {
    const result = await smallUpload('https://nothing.invalid/')
    expect(result).toEqual(failed('-105:net::ERR_NAME_NOT_RESOLVED'))
  })

  it('U-22 a connection that is reset before the response is -101', async () => {
    const { url } = await startRawServer({ onHead: ({ socket }) => void socket.resetAndDestroy() })
    expect(await smallUpload(url)).toEqual(failed('-101:net::ERR_CONNECTION_RESET'))
  })

  it('U-22 a connection that is reset in the middle of a large body is -101', async () => {
    const server = await startRawServer({
      keepBodies: false,
      onHead: ({ socket }) => {
        socket.write('HTTP/1.1 100 Continue\r\n\r\n')
        socket.on('data', () => void socket.resetAndDestroy())
      },
    })
    const filePath = await createTempFile({ sizeBytes: 64 * 1024 * 1024 })
    const result = await upload(createWx(), { url: server.url, filePath })
    expect(result).toEqual(failed('-101:net::ERR_CONNECTION_RESET'))
  })

  it.each([
    ['at the header', { onHead: ({ socket }: { socket: net.Socket }) => void socket.end() }],
    ['at once', { onConnection: (socket: net.Socket) => void socket.end() }],
    [
      'in the middle of the header',
      {
        onWhole: ({ socket }: { socket: net.Socket }) => void socket.end('HTTP/1.1 200 OK\r\nA: b'),
      },
    ],
    ['after the body', { onWhole: ({ socket }: { socket: net.Socket }) => void socket.end() }],
  ])('U-22 a connection that is closed %s without a response is -324', async (_when, options) => {
    const { url } = await startRawServer(options)
    expect(await smallUpload(url)).toEqual(failed('-324:net::ERR_EMPTY_RESPONSE'))
  })

  it.each([
    ['another protocol', '220 mail.example ESMTP\r\n'],
    ['HTTP with a broken header', 'HTTP/1.1 200 OK\r\nno colon\r\n\r\n'],
    [
      'two different lengths',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nok',
    ],
    ['a NUL in a header', 'HTTP/1.1 200 OK\r\nA: \0\r\nContent-Length: 0\r\n\r\n'],
  ])('U-22 a response that is %s is -370', async (_what, response) => {
    const { url } = await startRawServer({ onWhole: ({ socket }) => void socket.write(response) })
    expect(await smallUpload(url)).toEqual(failed('-370:net::ERR_INVALID_HTTP_RESPONSE'))
  })

  it('U-22 a response header that is too large is -325', async () => {
    const response = `HTTP/1.1 200 OK\r\nA: ${'a'.repeat(64 * 1024)}\r\n\r\n`
    const { url } = await startRawServer({ onWhole: ({ socket }) => void socket.write(response) })
    expect(await smallUpload(url)).toEqual(failed('-325:net::ERR_RESPONSE_HEADERS_TOO_BIG'))
  })

  it('U-22 a server that switches protocols unasked has closed the connection: -100', async () => {
    const response = 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'
    const { url } = await startRawServer({ onHead: ({ socket }) => void socket.write(response) })
    expect(await smallUpload(url)).toEqual(failed('-100:net::ERR_CONNECTION_CLOSED'))
  })

  it.each([
    ['closed', (socket: net.Socket) => void socket.end(), '-100:net::ERR_CONNECTION_CLOSED'],
    [
      'reset',
      (socket: net.Socket) => void socket.resetAndDestroy(),
      '-101:net::ERR_CONNECTION_RESET',
    ],
    [
      'answered in plain HTTP',
      (socket: net.Socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
      '-107:net::ERR_SSL_PROTOCOL_ERROR',
    ],
  ])('U-22 a TLS handshake that is %s', async (_how, answer, detail) => {
    const { port } = await startRawServer({
      onConnection: (socket) => void socket.once('data', () => answer(socket)),
    })
    expect(await smallUpload(`https://127.0.0.1:${port}/`)).toEqual(failed(detail))
  })

  it('U-22 plain HTTP to a TLS server has no response', async () => {
    const server = net.createServer((socket) => {
      socket.on('error', () => undefined)
      // The alert of a TLS server that was spoken to in another language.
      socket.once('data', () => void socket.end(Buffer.from('15030100020246', 'hex')))
    })
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const address = server.address()
    if (typeof address !== 'object' || address === null) throw new Error('The server has no port')
    const result = await smallUpload(`http://127.0.0.1:${address.port}/`)
    expect(result).toEqual(failed('-370:net::ERR_INVALID_HTTP_RESPONSE'))
  })

  it('U-03 is told once: fail, then complete, and nothing of a response', async () => {
    const { url } = await startRawServer({ onHead: ({ socket }) => void socket.resetAndDestroy() })
    const watched = startUpload(createWx(), { url, filePath: await createTempFile('content') })
    await watched.ended
    await new Promise((resolve) => setImmediate(resolve))
    expect(eventTypes(watched).filter((type) => type !== 'progress')).toEqual(['fail', 'complete'])
  })
})

describe('the table of network errors', () => {
  const systemError = (code: string) => Object.assign(new Error(code), { code, syscall: 'connect' })

  it.each([
    ['ETIMEDOUT', '-118:net::ERR_CONNECTION_TIMED_OUT'],
    ['ENOTFOUND', '-105:net::ERR_NAME_NOT_RESOLVED'],
    ['EAI_AGAIN', '-105:net::ERR_NAME_NOT_RESOLVED'],
    ['ENETUNREACH', '-106:net::ERR_INTERNET_DISCONNECTED'],
    ['EHOSTUNREACH', '-109:net::ERR_ADDRESS_UNREACHABLE'],
    ['ECONNABORTED', '-103:net::ERR_CONNECTION_ABORTED'],
    ['EPIPE', '-101:net::ERR_CONNECTION_RESET'],
    ['CERT_NOT_YET_VALID', '-201:net::ERR_CERT_DATE_INVALID'],
    ['CERT_REVOKED', '-206:net::ERR_CERT_REVOKED'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', '-202:net::ERR_CERT_AUTHORITY_INVALID'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', '-107:net::ERR_SSL_PROTOCOL_ERROR'],
    ['HPE_INVALID_CONSTANT', '-370:net::ERR_INVALID_HTTP_RESPONSE'],
    ['EWHATEVER', '-2:net::ERR_FAILED'],
  ])('U-22 %s is %s', (code, detail) => {
    const error = systemError(code)
    expect(toNetworkError(error)).toMatchObject({ message: `upload fail:${detail}`, cause: error })
  })
})
