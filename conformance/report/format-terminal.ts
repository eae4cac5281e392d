import { caseGroups } from '../suite/conformance-cases.ts'
import { countKept, type HostColumn, verdictOf } from './host-column.ts'

const lineWidth = 80
const columnWidth = 10

const marks = { kept: '✓', broken: '✗', 'n/a': 'n/a' }

/** The table for people: promise by promise who keeps it, and below what was expected and found where one is broken. */
export function formatForTerminal(columns: readonly HostColumn[]): string {
  const promiseWidth = lineWidth - columns.length * columnWidth
  const format = (text: string, cells: readonly string[]): string[] =>
    wrap(text, promiseWidth - 2).map((line, at, { length }) =>
      `${line.padEnd(promiseWidth)}${at === length - 1 ? cells.map(center).join('') : ''}`.trimEnd(),
    )
  const lines = formatHead(columns, promiseWidth)
  for (const { topic, cases } of caseGroups) {
    const tried = cases.filter(({ id }) => columns.some((column) => verdictOf(column, id)))
    if (tried.length === 0) continue
    lines.push('', topic)
    for (const { id, promise } of tried) {
      const cells = columns.map((column) => marks[verdictOf(column, id) ?? 'n/a'])
      lines.push(...format(promise, cells))
    }
  }
  lines.push('', ...format('Kept', columns.map(countKept)))
  return [...lines, ...columns.flatMap(formatBroken)].join('\n')
}

function formatHead(columns: readonly HostColumn[], promiseWidth: number): string[] {
  const heads = columns.map(({ name, runsIn }) => wrap(`${name} ${runsIn}`, columnWidth - 1))
  const height = Math.max(...heads.map(({ length }) => length))
  return Array.from({ length: height }, (_, row) => {
    const cells = heads.map((head) => center(head[row - height + head.length] ?? ''))
    return `${' '.repeat(promiseWidth)}${cells.join('')}`.trimEnd()
  })
}

function formatBroken({ name, runsIn, report }: HostColumn): string[] {
  const broken = report.cases.flatMap((each) => (each.verdict === 'broken' ? [each] : []))
  if (broken.length === 0) return []
  const lines = broken.flatMap(({ id, expected, found }) => [
    `  ${id}`,
    ...wrap(`expected ${expected}`, lineWidth - 4).map((line) => `    ${line}`),
    ...wrap(`found ${found}`, lineWidth - 4).map((line) => `    ${line}`),
  ])
  return ['', `What ${name} in ${runsIn} does not keep`, ...lines]
}

function center(text: string): string {
  const left = Math.floor((columnWidth - text.length) / 2)
  return `${' '.repeat(Math.max(left, 0))}${text}`.padEnd(columnWidth)
}

/** Lines of at most so many characters; a word that is longer is cut. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    let rest = word
    while (rest !== '') {
      const room = width - (line === '' ? 0 : line.length + 1)
      if (rest.length > room && line !== '') {
        lines.push(line)
        line = ''
        continue
      }
      const piece = rest.slice(0, width)
      line = line === '' ? piece : `${line} ${piece}`
      rest = rest.slice(piece.length)
    }
  }
  return [...lines, line]
}
