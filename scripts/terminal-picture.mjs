// @ts-check
// Draws what a command shows in a terminal: `node scripts/terminal-picture.mjs docs/npm-start.svg "The server keeps" npm start`
// runs `npm start` in tmux until "The server keeps" is on the screen, and writes the screen as an SVG.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const [target = '', until = '', ...command] = process.argv.slice(2)
const columns = 80
const cellWidth = 8.4
const lineHeight = 19
const margin = 20
const titleHeight = 34
const escapeCharacter = String.fromCharCode(27)
const session = `picture-${process.pid}`

/** The sixteen colours of a terminal, by SGR number. */
const colours = new Map([
  [30, '#6e7681'],
  [31, '#ff7b72'],
  [32, '#56d364'],
  [33, '#e3b341'],
  [34, '#79c0ff'],
  [35, '#d2a8ff'],
  [36, '#56d4dd'],
  [37, '#e6edf3'],
  [90, '#8b949e'],
])

const screen = await runInTmux()
writeFileSync(target, draw(screen))
console.log(`${target}: ${screen.length} lines`)

/** @returns {Promise<string[]>} the lines of the screen, with their escape sequences */
async function runInTmux() {
  tmux('new-session', '-d', '-s', session, '-x', String(columns), '-y', '50', command.join(' '))
  try {
    for (;;) {
      const text = tmux('capture-pane', '-t', session, '-p', '-e')
      if (text.includes(until)) return text.trimEnd().split('\n')
      await sleep(50)
    }
  } finally {
    tmux('send-keys', '-t', session, 'C-c')
  }
}

/** @param {string[]} args */
function tmux(...args) {
  return execFileSync('tmux', args, { encoding: 'utf8' })
}

/** @param {string[]} lines */
function draw(lines) {
  const start = lines.findIndex((line) => line.includes('$ '))
  const shown = [
    `${escapeCharacter}[90m$ ${escapeCharacter}[0m${command.join(' ')}`,
    '',
    ...lines.slice(Math.max(start, 0)),
  ]
  const width = columns * cellWidth + 2 * margin
  const height = titleHeight + shown.length * lineHeight + margin
  const rows = shown.map((line, index) => drawLine(line, titleHeight + (index + 1) * lineHeight))
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<style>text { white-space: pre }</style>
<rect width="100%" height="100%" rx="10" fill="#0d1117" stroke="#30363d"/>
<circle cx="22" cy="18" r="6" fill="#ff5f57"/><circle cx="42" cy="18" r="6" fill="#febc2e"/><circle cx="62" cy="18" r="6" fill="#28c840"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#e6edf3">
${rows.join('\n')}
</g>
</svg>
`
}

/**
 * @param {string} line
 * @param {number} y
 */
function drawLine(line, y) {
  let column = 0
  let style = ''
  const runs = []
  // What stands before the first escape has no style; each other run begins with the sequence that styles it.
  for (const [index, run] of line.split(`${escapeCharacter}[`).entries()) {
    const [, codes = '', text = ''] =
      index === 0 ? ['', '0', run] : (/^([\d;]*)m(.*)$/.exec(run) ?? [])
    style = restyle(style, codes)
    if (text === '') continue
    const x = margin + column * cellWidth
    const length = text.length * cellWidth
    runs.push(
      `<text x="${x.toFixed(1)}" y="${y}" textLength="${length.toFixed(1)}"${style}>${escape(text)}</text>`,
    )
    column += text.length
  }
  return runs.join('')
}

/**
 * @param {string} style
 * @param {string} codes
 */
function restyle(style, codes) {
  let next = style
  for (const code of codes.split(';').map(Number)) {
    const colour = colours.get(code)
    if (code === 0 || code === 39) next = ''
    else if (code === 1) next += ' font-weight="bold"'
    else if (code === 2) next = ' fill="#8b949e"'
    else if (colour !== undefined) next = ` fill="${colour}"`
  }
  return next
}

/** @param {string} text */
function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
