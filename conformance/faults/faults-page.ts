import type { ListedFault, Outcome } from './fault-process.ts'

const introduction = `# A server that goes wrong

\`wx-upload faults\` starts it. Each fault has an address of its own: upload to it, from Node.js, a browser or a phone, and see what your code
does. This page is made from the server's own table; \`npm test -- --project faults -u\` makes it anew.

An upload comes to what is named here, once, within its \`timeout\`, with \`ca\` of the server's authority and a \`domains\` list that has the
server. Where chance decides between two outcomes, both are named. A failure stands without its \`uploadFile:fail \`.
`

/** The page of the documentation that lists every fault. */
export function formatFaultsPage(faults: readonly ListedFault[]): string {
  const titles = [...new Set(faults.map(({ title }) => title))]
  const sections = titles.map((title) => {
    const rows = faults.filter((fault) => fault.title === title).map(formatRow)
    return [
      `## ${title}`,
      '',
      '| fault | the server | Node.js | browser |',
      '| --- | --- | --- | --- |',
      ...rows,
      '',
    ].join('\n')
  })
  return [introduction, ...sections].join('\n')
}

function formatRow({ name, does, node, browser }: ListedFault): string {
  const cells = [`\`${name}\``, does.replace(/\.$/, ''), formatAll(node), formatAll(browser)]
  return `| ${cells.join(' | ')} |`
}

function formatAll(outcomes: readonly Outcome[]): string {
  return outcomes.map(formatOutcome).join(' or ')
}

function formatOutcome(outcome: Outcome): string {
  if ('statusCode' in outcome) return String(outcome.statusCode)
  return `\`${outcome.errMsg.replace(/^uploadFile:fail (?:upload fail:)?/, '')}\``
}
