import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { Browser } from 'playwright'
import { type ServedFile, startConformanceServer } from '../server/conformance-server.ts'
import type { ConformanceReport } from '../suite/conformance-report.ts'
import type { ConformanceOptions } from '../suite/run-conformance.ts'
import { bundleHost, type HostModule } from './bundle-host.ts'

/** How a host is tried. */
export interface RunOptions extends Pick<ConformanceOptions, 'only' | 'deadlineMs'> {
  /** Opens the browser, where a host needs one. */
  readonly openBrowser: () => Promise<Browser>
}

const page: ServedFile = {
  type: 'text/html; charset=utf-8',
  content: '<!doctype html><title>Conformance</title><div id="app"></div>',
}

/** Runs the suite against a host, with a server of its own. */
export async function runHost(host: HostModule, options: RunOptions): Promise<ConformanceReport> {
  const program = await bundleHost(host)
  const server = await startConformanceServer({
    files: { '/': page, '/host.js': { type: 'text/javascript', content: program } },
  })
  const { only, deadlineMs } = options
  const suiteOptions = {
    server: server.url,
    ...(only === undefined ? {} : { only }),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  }
  try {
    return host.runsIn === 'Chromium'
      ? await runInPage(await options.openBrowser(), suiteOptions)
      : await runInNode(program, { cwd: path.dirname(host.file), suiteOptions })
  } finally {
    await server.close()
  }
}

type SuiteOptions = Pick<ConformanceOptions, 'server' | 'only' | 'deadlineMs'>

/** The page comes from the server that it uploads to, so that no host fails by the rules for other origins. */
async function runInPage(browser: Browser, suiteOptions: SuiteOptions): Promise<ConformanceReport> {
  const context = await browser.newContext()
  try {
    const tab = await context.newPage()
    await tab.goto(suiteOptions.server)
    await tab.addScriptTag({ url: '/host.js', type: 'module' })
    return await tab.evaluate(
      (options) =>
        (
          globalThis as unknown as {
            runConformanceOfHost: (options: SuiteOptions) => Promise<ConformanceReport>
          }
        ).runConformanceOfHost(options),
      suiteOptions,
    )
  } finally {
    await context.close()
  }
}

/** In a process of its own, which ends whatever the host leaves behind. */
async function runInNode(
  program: string,
  { cwd, suiteOptions }: { cwd: string; suiteOptions: SuiteOptions },
): Promise<ConformanceReport> {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-', JSON.stringify(suiteOptions)],
    { cwd, stdio: ['pipe', 'ignore', 'pipe', 'ipc'] },
  )
  let errors = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text))
  let report: ConformanceReport | undefined
  child.once('message', (message) => (report = message as ConformanceReport))
  const exited = once(child, 'close')
  child.stdin?.end(program)
  await exited
  if (report === undefined) throw new Error(`The host ended without a report:\n${errors}`)
  return report
}
