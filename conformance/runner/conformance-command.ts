import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright'
import { chromiumArguments } from '../../scripts/lib/chromium.mjs'
import { formatReadmeTable, type Language, putIntoReadme } from '../report/format-readme-table.ts'
import { formatForTerminal } from '../report/format-terminal.ts'
import type { HostColumn } from '../report/host-column.ts'
import { compareResults, type KeptResults, toKeptHost } from '../report/kept-results.ts'
import { peersFolder } from './bundle-host.ts'
import { type KnownHost, knownHosts } from './known-hosts.ts'
import { runHost } from './run-host.ts'

/** What `npm run conformance` is asked to do. */
export interface ConformanceCommand {
  /** The module of a host to try, in the place of those of the table. */
  readonly host?: string
  /** Where that one runs. */
  readonly runsIn: 'Node.js' | 'Chromium'
  /** Whether to leave out the peers. */
  readonly isOursAlone: boolean
  readonly only?: readonly string[]
  /** Whether to print JSON. */
  readonly isJson: boolean
  /** Whether to compare the table of the READMEs, or to write it. */
  readonly table?: 'check' | 'write'
  /** The program of the browser. */
  readonly chromiumPath: string
}

const root = fileURLToPath(new URL('../../', import.meta.url))

export const resultsFile: string = path.join(root, 'conformance/results.json')

/** The READMEs with the table, and their languages. */
export const readmes: readonly (readonly [file: string, language: Language])[] = [
  [path.join(root, 'README.md'), 'en'],
  [path.join(root, 'README.zh-CN.md'), 'zh'],
]

/** Runs the suite and tells what came of it. Resolves with the exit code: 1 where a promise of ours is broken. */
export async function runCommand(
  command: ConformanceCommand,
  print: (text: string) => void,
): Promise<number> {
  const hosts = selectHosts(command)
  const columns = await runAll(hosts, command)
  if (command.isJson) print(JSON.stringify({ hosts: columns }, null, 2))
  else print(formatForTerminal(columns))
  const found: KeptResults = {
    hosts: columns.map((column, at) => toKeptHost(hosts[at]?.key ?? '', column)),
  }
  if (command.table === 'write') await keep(found)
  if (command.table === 'check') return check(found, print)
  return columns.some(isBroken) ? 1 : 0
}

/** Whether a host breaks a promise that it should not; peers may break what they like. */
function isBroken({ version, report }: HostColumn): boolean {
  return version === undefined && report.cases.some(({ verdict }) => verdict === 'broken')
}

function selectHosts({ host, runsIn, isOursAlone }: ConformanceCommand): readonly KnownHost[] {
  if (host !== undefined) {
    const file = path.resolve(host)
    return [{ key: 'host', name: path.parse(file).name, runsIn, file }]
  }
  return isOursAlone ? knownHosts.filter((each) => each.package === undefined) : knownHosts
}

async function runAll(
  hosts: readonly KnownHost[],
  { only, chromiumPath }: ConformanceCommand,
): Promise<readonly HostColumn[]> {
  let browser: Promise<Browser> | undefined
  const openBrowser = (): Promise<Browser> =>
    (browser ??= chromium.launch({
      executablePath: chromiumPath,
      args: chromiumArguments,
    }))
  try {
    return await Promise.all(
      hosts.map(async (host) => {
        const { name, runsIn } = host
        const report = await runHost(host, { openBrowser, ...(only === undefined ? {} : { only }) })
        const version = await versionOf(host)
        return { name, runsIn, ...(version === undefined ? {} : { version }), report }
      }),
    )
  } finally {
    await (await browser)?.close()
  }
}

async function versionOf({ package: name }: KnownHost): Promise<string | undefined> {
  if (name === undefined) return undefined
  const file = path.join(peersFolder, 'node_modules', name, 'package.json')
  const { version } = JSON.parse(await readFile(file, 'utf8')) as { version: string }
  return version
}

async function keep(results: KeptResults): Promise<void> {
  await writeFile(resultsFile, `${JSON.stringify(results, null, 2)}\n`)
  for (const [file, language] of readmes) {
    const readme = await readFile(file, 'utf8')
    await writeFile(file, putIntoReadme(readme, formatReadmeTable(results, language)))
  }
}

/** Compares a run, and the READMEs, with what is kept; ends with the line `N passed, N failed`. */
async function check(found: KeptResults, print: (text: string) => void): Promise<number> {
  const kept = JSON.parse(await readFile(resultsFile, 'utf8')) as KeptResults
  const all = found.hosts.map((host) => compareResults(kept, { hosts: [host] }))
  for (const [file, language] of readmes) {
    const readme = await readFile(file, 'utf8')
    const isSame = putIntoReadme(readme, formatReadmeTable(kept, language)) === readme
    all.push(isSame ? [] : [`the table of ${path.basename(file)} is not that of the results`])
  }
  for (const difference of all.flat()) print(`Out of date: ${difference}`)
  const failed = all.filter(({ length }) => length > 0).length
  print(`${all.length - failed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}
