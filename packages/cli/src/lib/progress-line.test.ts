import picocolors from 'picocolors'
import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { formatDuration, formatProgressLine } from './progress-line.ts'

const plain = picocolors.createColors(false)
const halfway = {
  name: 'photo.jpg',
  sentBytes: 1_200_000,
  totalBytes: 2_400_000,
  bytesPerSecond: 600_000,
  isEnded: false,
}

const names = [
  'a',
  'photo.jpg',
  `${'x'.repeat(200)}.jpg`,
  '一个非常非常非常长的中文文件名字用来测试显示宽度.jpg',
  '👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦.png',
]

describe('formatProgressLine', () => {
  it('shows name, bar, percent, bytes, speed and time left in 80 columns', () => {
    expect(formatProgressLine(halfway, { columns: 80, colors: plain })).toMatchInlineSnapshot(
      `"photo.jpg  █████████░░░░░░░░░░   50%    1.2 MB / 2.4 MB    600 kB/s   0:02 left"`,
    )
  })

  it.each([29, 57, 58])('tells a percentage that is whole as it is: %d', (sentBytes) => {
    const progress = { ...halfway, sentBytes, totalBytes: 100 }
    expect(formatProgressLine(progress, { columns: 80, colors: plain })).toContain(` ${sentBytes}%`)
  })

  it('leaves the speed and the time left out in 40 columns', () => {
    expect(formatProgressLine(halfway, { columns: 40, colors: plain })).toMatchInlineSnapshot(
      `"photo.jpg  ███████████░░░░░░░░░░░   50%"`,
    )
  })

  it('says what it waits for when everything is sent', () => {
    const sent = { ...halfway, sentBytes: halfway.totalBytes }
    expect(formatProgressLine(sent, { columns: 80, colors: plain })).toMatchInlineSnapshot(
      `"photo.jpg  ███████████████████  100%    2.4 MB / 2.4 MB  waiting for the answer"`,
    )
  })

  it('shows how much was sent when it is over', () => {
    const over = { ...halfway, isEnded: true }
    expect(formatProgressLine(over, { columns: 80, colors: plain })).toMatchInlineSnapshot(
      `"photo.jpg  █████████░░░░░░░░░░   50%    1.2 MB / 2.4 MB"`,
    )
  })

  it('shortens a long Chinese name by the columns it takes', () => {
    const name = '一个非常非常非常长的中文文件名字用来测试显示宽度.jpg'
    expect(
      formatProgressLine({ ...halfway, name }, { columns: 80, colors: plain }),
    ).toMatchInlineSnapshot(
      `"一个非常非…宽度.jpg  ████░░░░░   50%    1.2 MB / 2.4 MB    600 kB/s   0:02 left"`,
    )
  })

  it('never fills the last column, whatever the name, the size and the width', () => {
    for (const name of names) {
      for (const totalBytes of [0, 1, 999_999, 8.8e15]) {
        for (let columns = 2; columns <= 130; columns += 1) {
          const progress = {
            name,
            sentBytes: totalBytes / 3,
            totalBytes,
            bytesPerSecond: 1,
            isEnded: false,
          }
          const line = formatProgressLine(progress, { columns, colors: plain })
          expect(stringWidth(line), `${name} in ${columns} columns`).toBeLessThan(columns)
          expect(line).not.toContain('\n')
        }
      }
    }
  })

  it('colours the bar without making it wider', () => {
    const colors = picocolors.createColors(true)
    const line = formatProgressLine(halfway, { columns: 60, colors })
    expect(line).toContain('\u001B[36m█')
    expect(stringWidth(line)).toBe(
      stringWidth(formatProgressLine(halfway, { columns: 60, colors: plain })),
    )
  })
})

describe('formatDuration', () => {
  it.each([
    [0.2, '0:01'],
    [59.5, '1:00'],
    [754, '12:34'],
    [3600, '1:00:00'],
    [360_000, '100:00:00'],
  ])('writes %d s as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text)
  })
})
