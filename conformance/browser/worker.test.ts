import { build } from 'esbuild'
import { expect, inject, it } from 'vitest'
import { useChromium } from './chromium.ts'
import { startReceiver } from './receiver.ts'
import { startSite } from './site.ts'

const newPage = useChromium()

// The page hands over the address and a file of its own, and hears of everything.
const program = `
import { wx } from '@wx-upload/client'

addEventListener('message', ({ data: { url, file } }) => {
  const task = wx.uploadFile({
    url,
    filePath: file,
    name: 'file',
    complete: ({ data, errMsg }) => postMessage({ type: 'uploaded', data, errMsg })
  })
  task.onProgressUpdate(({ progress }) => postMessage({ type: 'progress', progress }))
  wx.chooseImage({ complete: (result) => postMessage({ type: 'chosen', ...result }) })
})
`

/** What a worker posts. */
interface Message {
  readonly type: string
  readonly data?: string
  readonly progress?: number
}

it('U-27 in a module worker uploadFile works, and chooseImage fails with errno 100', async () => {
  const [page, url, script] = await Promise.all([newPage(), startReceiver(), bundleWorker(program)])
  const origin = await startSite({ routes: { '/': '', '/worker.js': script } })
  await page.goto(origin)
  const messages = await page.evaluate(
    (url) =>
      new Promise<Message[]>((resolve, reject) => {
        const worker = new Worker('/worker.js', { type: 'module' })
        const messages: Message[] = []
        worker.addEventListener('error', ({ message }) => reject(new Error(message)))
        worker.addEventListener('message', ({ data }) => {
          messages.push(data)
          if (['uploaded', 'chosen'].every((type) => messages.some((m) => m.type === type)))
            resolve(messages)
        })
        worker.postMessage({ url, file: new File(['hello'], 'hello.txt') }, [])
      }),
    url,
  )
  expect(messages.find(({ type }) => type === 'chosen')).toEqual({
    type: 'chosen',
    errMsg: 'chooseImage:fail jsapi not supported',
    errno: 100,
  })
  expect(messages.filter(({ type }) => type === 'progress').at(-1)).toMatchObject({ progress: 100 })
  const { data = '' } = messages.find(({ type }) => type === 'uploaded') ?? {}
  expect(JSON.parse(data)).toMatchObject({ files: [{ name: 'hello.txt', size: 5 }] })
})

// It answers the port that it is sent.
const serviceProgram = `
import { wx } from '@wx-upload/client'

addEventListener('message', ({ data: url, ports: [port] }) => {
  wx.uploadFile({
    url,
    filePath: new Blob(['hello']),
    name: 'file',
    complete: ({ errMsg, errno }) => port.postMessage({ errMsg, errno })
  })
})
`

it('in a service worker, which has no XMLHttpRequest, uploadFile fails with errno 100', async () => {
  const [page, script] = await Promise.all([newPage(), bundleWorker(serviceProgram)])
  const origin = await startSite({ routes: { '/': '', '/worker.js': script } })
  await page.goto(origin)
  const result = await page.evaluate(async () => {
    await navigator.serviceWorker.register('/worker.js')
    const { active } = await navigator.serviceWorker.ready
    const { port1, port2 } = new MessageChannel()
    active?.postMessage(`${location.origin}/upload`, [port2])
    return new Promise<unknown>((resolve) => {
      port1.addEventListener('message', ({ data }) => resolve(data))
      port1.start()
    })
  })
  expect(result).toEqual({ errMsg: 'uploadFile:fail jsapi not supported', errno: 100 })
})

/** A worker has no import map: its program is one file. */
async function bundleWorker(program: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: inject('packedProject') },
    bundle: true,
    format: 'esm',
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}
