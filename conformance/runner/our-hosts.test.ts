import { readFile } from 'node:fs/promises'
import { type Browser, chromium } from 'playwright'
import { afterAll, describe, expect, it } from 'vitest'
import { chromiumArguments, chromiumMissing, chromiumPath } from '../../scripts/lib/chromium.mjs'
import { formatReadmeTable, putIntoReadme } from '../report/format-readme-table.ts'
import { compareResults, type KeptResults, toKeptHost } from '../report/kept-results.ts'
import { caseGroups } from '../suite/conformance-cases.ts'
import { readmes, resultsFile } from './conformance-command.ts'
import { knownHosts } from './known-hosts.ts'
import { runHost } from './run-host.ts'

const kept = JSON.parse(await readFile(resultsFile, 'utf8')) as KeptResults

let browser: Promise<Browser> | undefined

function openBrowser(): Promise<Browser> {
  const executablePath = chromiumPath()
  if (executablePath === undefined) throw new Error(chromiumMissing)
  return (browser ??= chromium.launch({ executablePath, args: chromiumArguments }))
}

afterAll(async () => {
  await (await browser)?.close()
})

// What a page cannot be asked, as the README says.
const notAsked = { 'Node.js': [], Chromium: ['referer-kept', 'result-cookies'] }

describe.each(knownHosts.filter((host) => host.package === undefined))(
  '$name in $runsIn',
  (host) => {
    it('keeps every promise that it can be asked, as the tables of the READMEs say', async () => {
      const { name, runsIn } = host
      const report = await runHost(host, { openBrowser })
      expect(report.cases.filter(({ verdict }) => verdict === 'broken')).toEqual([])
      expect(report.cases.filter(({ verdict }) => verdict === 'n/a').map(({ id }) => id)).toEqual(
        notAsked[runsIn],
      )
      const found = { hosts: [toKeptHost(host.key, { name, runsIn, report })] }
      expect(compareResults(kept, found)).toEqual([])
    })
  },
)

describe('the results that are kept', () => {
  it('have the cases of the suite for every host of the table', () => {
    const ids = caseGroups.flatMap(({ cases }) => cases.map(({ id }) => id))
    expect(kept.hosts.map(({ key }) => key)).toEqual(knownHosts.map(({ key }) => key))
    for (const { verdicts } of kept.hosts) {
      expect(Object.keys(verdicts).toSorted()).toEqual(ids.toSorted())
    }
  })

  it('are of the versions of the peers that are installed to be tried', async () => {
    const lock = new URL('../peers/package.json', import.meta.url)
    const { dependencies } = JSON.parse(await readFile(lock, 'utf8')) as {
      dependencies: Record<string, string>
    }
    const tried = knownHosts.flatMap(({ key, package: name }) =>
      name === undefined
        ? []
        : [[name, kept.hosts.find((each) => each.key === key)?.version] as const],
    )
    expect(Object.fromEntries(tried)).toEqual(dependencies)
  })

  it.each(readmes)(
    'are what the table of %s shows, which `npm run conformance -- --write` puts right',
    async (file, language) => {
      const readme = await readFile(file, 'utf8')
      expect(putIntoReadme(readme, formatReadmeTable(kept, language))).toBe(readme)
    },
  )
})
