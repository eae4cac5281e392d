import stringWidth from 'string-width'
import type { MessageStream } from './terminal.ts'

const defaultColumns = 80

/** The last lines of a terminal, which are drawn anew again and again while others scroll up above them. */
export interface LiveRegion {
  /** Writes `above`, which ends with a line break or is empty, and draws the lines below it. */
  draw(lines: readonly string[], above?: string): void
}

/** The cursor waits below the region, which has no line that fills the terminal's width. */
export function createLiveRegion(stream: MessageStream): LiveRegion {
  let drawn: readonly string[] = []

  /** Goes from the row below the region to where it begins, and erases what is on the way. */
  function erase(): string {
    const columns = stream.columns || defaultColumns
    // A terminal that has become narrower since has wrapped its lines.
    const rows = drawn.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(stringWidth(line) / columns)),
      0,
    )
    // Row by row: what is erased from the first to the last row of a screen at once, tmux keeps in its history.
    return rows === 0 ? '' : `${'\u001B[2K\u001B[1A'.repeat(rows)}\u001B[2K\r`
  }

  return {
    draw(lines, above = '') {
      // In one piece, so that no moment shows an empty region.
      stream.write(erase() + above + lines.map((line) => `${line}\n`).join(''))
      drawn = lines
    },
  }
}
