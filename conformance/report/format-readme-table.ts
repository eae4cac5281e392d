import { caseGroups } from '../suite/conformance-cases.ts'
import type { KeptHost, KeptResults } from './kept-results.ts'

export type Language = 'en' | 'zh'

const begin = '<!-- conformance -->'
const end = '<!-- /conformance -->'

const words = {
  en: { promise: 'promise', in: ' in ', kept: 'kept' },
  zh: { promise: '承诺', in: '，', kept: '遵守' },
}

const marks = { kept: '✓', broken: '✗', 'n/a': 'n/a' }

/** The table in Markdown. */
export function formatReadmeTable({ hosts }: KeptResults, language: Language): string {
  const word = words[language]
  const heads = hosts.map(({ name, runsIn, version }) =>
    version === undefined ? `${name}${word.in}${runsIn}` : `${name} ${version}`,
  )
  const lines = [
    row(word.promise, heads),
    row(
      '---',
      hosts.map(() => ':-:'),
    ),
  ]
  for (const { topic, topicZh, cases } of caseGroups) {
    lines.push(
      row(
        `**${language === 'en' ? topic : topicZh}**`,
        hosts.map(() => ''),
      ),
    )
    for (const { id, promise, promiseZh } of cases) {
      const cells = hosts.map(({ verdicts }) => marks[verdicts[id] ?? 'n/a'])
      lines.push(row(language === 'en' ? promise : promiseZh, cells))
    }
  }
  lines.push(row(`**${word.kept}**`, hosts.map(countKept)))
  return lines.join('\n')
}

/**
 * A README with its table as it is now.
 *
 * @throws {Error} where it has no place for one
 */
export function putIntoReadme(readme: string, table: string): string {
  const [before, rest] = splitOnce(readme, begin)
  const [, after] = splitOnce(rest, end)
  return `${before}${begin}\n${table}\n${end}${after}`
}

function row(first: string, cells: readonly string[]): string {
  return `| ${[first, ...cells].join(' | ')} |`
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark)
  if (at === -1) throw new Error(`The README has no line ${mark}`)
  return [text.slice(0, at), text.slice(at + mark.length)]
}

function countKept({ verdicts }: KeptHost): string {
  const asked = Object.values(verdicts).filter((verdict) => verdict !== 'n/a')
  return `${asked.filter((verdict) => verdict === 'kept').length}/${asked.length}`
}
