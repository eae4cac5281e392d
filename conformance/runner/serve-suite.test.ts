import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { createPlainHost } from '../suite/plain-host.fixture.ts'
import type { runConformance } from '../suite/run-conformance.ts'
import { formatServing, serveSuite } from './serve-suite.ts'

interface Suite {
  readonly runConformance: typeof runConformance
}

it('the suite that is served runs elsewhere, as an ES module and as a CommonJS one, without fetch', async () => {
  const [server, host] = await Promise.all([serveSuite('127.0.0.1'), createPlainHost()])
  const folder = await mkdtemp(path.join(tmpdir(), 'wx-upload-served-suite-'))
  onTestFinished(async () => {
    await server.close()
    await Promise.all([folder, host.folder].map((each) => rm(each, { recursive: true })))
  })
  expect(formatServing(server)).toContain(`server: '${server.url}'`)
  for (const name of ['suite.mjs', 'suite.cjs']) {
    const file = path.join(folder, name)
    await writeFile(file, await (await fetch(`${server.url}/${name}`)).text())
    const suite: Suite = name.endsWith('.cjs')
      ? createRequire(import.meta.url)(file)
      : await import(/* @vite-ignore */ pathToFileURL(file).href)
    const asked: string[] = []
    const { cases } = await suite.runConformance({
      ...host,
      server: server.url,
      only: ['values-as-text'],
      fetchText: async (url) => {
        asked.push(url)
        return (await fetch(url)).text()
      },
    })
    expect(cases.map(({ verdict }) => verdict)).toEqual(['kept'])
    expect(asked).not.toEqual([])
  }
})
