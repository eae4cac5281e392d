import { readFile } from 'node:fs/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createDiskStorage } from '../../fs.ts'
import { createServer } from '../../server.ts'
import { ReceiverError } from '../problem/errors.ts'
import { post, temporaryFolder } from '../receiver.fixture.ts'
import { readMetrics } from './read-metrics.fixture.ts'

const docs = new URL('../../../../../docs/', import.meta.url)

describe('docs/', () => {
  it('R-10 grafana-dashboard.json asks for nothing that a server does not expose', async () => {
    const text = await readFile(new URL('grafana-dashboard.json', docs), 'utf8')
    const { panels } = JSON.parse(text) as { panels: { targets: { expr: string }[] }[] }
    const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))
    const asked = new Set(queries.flatMap(namesIn))
    const exposed = new Set(await exposedNames())
    expect([...asked].filter((name) => !exposed.has(name))).toEqual([])
    // All that is this server's own is on it.
    const own = [...exposed].filter((name) => /^wx_upload_(?!.*_(?:sum|count|bucket)$)/.test(name))
    expect(own.filter((name) => !text.includes(name))).toEqual([])
  })

  it('R-10 metrics.md names every metric of ours, and none that is not there', async () => {
    const named = namesIn(await readFile(new URL('metrics.md', docs), 'utf8'))
    const exposed = (await exposedNames()).map(withoutSuffix)
    expect(named.filter((name) => !exposed.includes(name))).toEqual([])
    const own = exposed.filter((name) => name.startsWith('wx_upload_'))
    expect(own.filter((name) => !named.includes(name))).toEqual([])
  })
})

/** The metrics that a text names. */
function namesIn(text: string): string[] {
  return text.match(/\b(?:wx_upload|process|nodejs)_[a-z0-9_]+\b/g) ?? []
}

/** What a histogram is called as a whole. */
function withoutSuffix(name: string): string {
  return name.replace(/_(?:sum|count|bucket)$/, '')
}

/** The names of all series of a server that has taken an upload, and whose storage has failed once. */
async function exposedNames(): Promise<readonly string[]> {
  const storage = createDiskStorage(await temporaryFolder(), { durability: 'none' })
  storage.list = () => Promise.reject(new ReceiverError('storage-unavailable', 'Listing failed'))
  const server = await createServer({ storage, log: 'silent' })
  onTestFinished(() => server.close({ graceMs: 0 }))
  const { url } = await server.listen()
  await post(url, [{ name: 'f', fileName: 'f.txt', body: 'content' }])
  await fetch(`${url}/uploads`)
  return (await readMetrics(url)).names
}
