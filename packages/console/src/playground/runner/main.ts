/**
 * The document in which a person's code runs, once: the page throws it away afterwards.
 *
 * @module
 */
import { createWx, type BrowserWx } from '@wx-upload/client'
import { readyMessage, type RunMessage } from '../protocol.ts'
import { createRunReport } from './run-report.ts'
import { watchConsole } from './watched-console.ts'
import { watchErrors } from './watched-errors.ts'
import { watchTimers } from './watched-timers.ts'
import { createWxWatcher } from './watched-wx.ts'

// Anybody may open this address by itself; then there is nobody to run anything for.
if (parent !== window) {
  addEventListener('message', receive)
  parent.postMessage(readyMessage, location.origin)
}

function receive({ origin, source, data, ports: [port] }: MessageEvent<unknown>): void {
  if (origin !== location.origin || source !== parent || port === undefined) return
  if (!isRunMessage(data)) return
  removeEventListener('message', receive)
  run(data, port)
}

/** The page's, and nobody else's: the rest of it is as the page has made it. */
function isRunMessage(data: unknown): data is RunMessage {
  return (
    typeof data === 'object' &&
    data !== null &&
    'type' in data &&
    data.type === ('wx-upload-playground:run' satisfies RunMessage['type'])
  )
}

function run({ code, file }: RunMessage, port: MessagePort): void {
  const codeUrl = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
  const report = createRunReport((message) => port.postMessage(message))
  const watcher = createWxWatcher(report)
  // A page that came by http: from another machine could upload to nothing, its own server included.
  const urlCheck = isSecureContext
  const createWatchedWx = (...[config]: Parameters<typeof createWx>): BrowserWx =>
    watcher.watch(createWx({ urlCheck, ...config }))
  const wx = createWatchedWx()
  Object.assign(globalThis, {
    wx,
    createWx: createWatchedWx,
    file,
    tempFilePaths: [wx.tempFiles.add(file)],
  })
  watchErrors(report, codeUrl)
  watchConsole(report)
  watchTimers(report)

  report.start()
  report.begin()
  // An element, so that what is wrong with the code, its syntax included, is an error event with its place.
  const script = document.createElement('script')
  script.type = 'module'
  script.src = codeUrl
  document.head.append(script)
  // The same module: this tells when it has run to its end.
  void import(/* @vite-ignore */ codeUrl).catch(() => undefined).finally(() => report.end())
}
