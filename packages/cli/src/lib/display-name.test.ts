import { describe, expect, it } from 'vitest'
import { escapeLines, formatDisplayName } from './display-name.ts'

describe('formatDisplayName', () => {
  it.each([
    ['/tmp/照片 1.jpg', '照片 1.jpg'],
    ['a\nb.txt', String.raw`a\nb.txt`],
    ['\u001B[31mred.txt', String.raw`\u001b[31mred.txt`],
    ['\u007F.txt', String.raw`\u007f.txt`],
    ['gpj.\u202Eexe', String.raw`gpj.\u202eexe`],
    ['👨‍👩‍👧.png', '👨‍👩‍👧.png'],
  ])('shows %j as %s', (filePath, shown) => {
    expect(formatDisplayName(filePath)).toBe(shown)
  })
})

describe('escapeLines', () => {
  it('leaves line breaks and tabs, and shows what a terminal would obey', () => {
    expect(escapeLines('a\tb\r\n\u001B[2J\u009B1m你好\n')).toBe('a\tb\n\\u001b[2J\\u009b1m你好\n')
  })
})
