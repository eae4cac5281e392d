import picocolors from 'picocolors'
import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { formatLiveLines } from './live-lines.ts'

const colors = picocolors.createColors(false)
const photo = {
  name: 'photos/a.jpg',
  sentBytes: 1_200_000,
  totalBytes: 2_400_000,
  bytesPerSecond: 600_000,
  isEnded: false,
}
const chinese = {
  ...photo,
  name: 'photos/一个非常非常非常长的中文文件名字.jpg',
  sentBytes: 2_400_000,
}
const empty = { ...photo, name: 'empty', sentBytes: 0, totalBytes: 0 }
const overall = {
  uploaded: 12,
  failed: 1,
  files: 40,
  sentBytes: 48_100_000,
  bytesPerSecond: 3_900_000,
  elapsedMs: 12_345,
}

function draw(columns: number, { rows = 24, count = 3 } = {}): string[] {
  const running = Array.from(
    { length: count },
    (_, index) => [photo, chinese, empty][index % 3] ?? photo,
  )
  return formatLiveLines(running, overall, { columns, rows, colors })
}

describe('formatLiveLines', () => {
  it('draws a table in 80 columns, with a line for all', () => {
    expect(draw(80)).toMatchInlineSnapshot(`
      [
        "photos/a.jpg                ███████████░░░░░░░░░░░░   50%    2.4 MB    600 kB/s",
        "一个非常非常…文件名字.jpg   ███████████████████████  100%    2.4 MB     waiting",
        "empty                       ███████████████████████  100%       0 B     waiting",
        "12 of 40 uploaded, 1 failed  48.1 MB  3.9 MB/s  0:12",
      ]
    `)
  })

  it('leaves out sizes and speeds in 40 columns', () => {
    expect(draw(40)).toMatchInlineSnapshot(`
      [
        "photos/a.jpg   █████████░░░░░░░░░   50%",
        "一个非…字.jpg  ██████████████████  100%",
        "empty          ██████████████████  100%",
        "12 of 40 uploaded, 1 failed  48.1 MB",
      ]
    `)
  })

  it('leaves out the number of files where it is not known, and failures where there are none', () => {
    const [line] = formatLiveLines(
      [],
      { ...overall, failed: 0, files: undefined },
      {
        columns: 80,
        rows: 24,
        colors,
      },
    )
    expect(line).toBe('12 uploaded  48.1 MB  3.9 MB/s  0:12')
  })

  it('is no higher than a dozen lines and one, nor than the terminal', () => {
    expect(draw(80, { count: 12 })).toHaveLength(13)
    const many = draw(80, { count: 1000 })
    expect(many).toHaveLength(13)
    expect(many.at(-2)).toBe('… and 989 more')
    for (let rows = 2; rows < 20; rows += 1) {
      expect(draw(80, { rows, count: 1000 }).length).toBeLessThan(rows)
    }
  })

  it('never fills the last column, whatever the width', () => {
    for (let columns = 2; columns <= 130; columns += 1) {
      for (const line of draw(columns)) expect(stringWidth(line)).toBeLessThan(columns)
    }
  })
})
