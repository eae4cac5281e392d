import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { type Echo, type EchoServer, startEchoServer } from './echo-server.fixture.ts'
import {
  createWx,
  type Failure,
  type HeadersReceived,
  type NodeWxConfig,
  type UploadFileSuccess,
  type UploadProgress,
  type UploadTask,
} from './node.ts'

/** A server and a file for the tests of the module that imports this. */
export let server: EchoServer
/** Path of a small file. */
export let photo: string

let folder: string

beforeAll(async () => {
  server = await startEchoServer()
  folder = await mkdtemp(join(tmpdir(), 'wx-upload-'))
  photo = join(folder, 'photo.jpg')
  await writeFile(photo, 'not really a photograph')
})

afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

/** Calls `wx.uploadFile` with any argument, by default that of a good upload, and waits for its end. */
export async function upload(option: Record<string, unknown>, config: NodeWxConfig = {}) {
  const events: string[] = []
  const progress: UploadProgress[] = []
  const warnings: string[] = []
  let headers: HeadersReceived | undefined
  let result: Partial<UploadFileSuccess> & Partial<Failure> = {}
  const wx = createWx({ warn: (message) => warnings.push(message), ...config })
  await new Promise<void>((resolve) => {
    const given: object = {
      url: `${server.origin}/upload`,
      filePath: photo,
      name: 'file',
      ...option,
      success: () => events.push('success'),
      fail: () => events.push('fail'),
      complete(res: UploadFileSuccess | Failure) {
        result = res
        resolve()
      },
    }
    const task: UploadTask = Reflect.apply(wx.uploadFile, wx, [given])
    task.onProgressUpdate((event) => progress.push(event))
    task.onHeadersReceived((event) => {
      headers = event
      events.push('headers')
    })
  })
  return { ...result, events, progress, warnings, headers }
}

/** What the server was sent in an upload. */
export async function echoOf(
  option: Record<string, unknown>,
  config?: NodeWxConfig,
): Promise<Echo> {
  const { data, errMsg } = await upload(option, config)
  expect(errMsg).toBe('uploadFile:ok')
  return JSON.parse(data ?? '')
}

/** The values of a header that the server was sent. */
export function valuesOf(echo: Echo, name: string): string[] {
  return echo.header.filter(([given]) => given.toLowerCase() === name).map(([, value]) => value)
}
