import { describe, expect, it } from 'vitest'
import type { Count } from './console-messages.ts'
import { consoleMessages } from './console.ts'

function count(value: number): Count {
  return { value, text: String(value) }
}

describe('the console in two languages', () => {
  it('has the same texts, none of them empty', () => {
    expect(Object.keys(consoleMessages.zh)).toEqual(Object.keys(consoleMessages.en))
    for (const texts of Object.values(consoleMessages)) {
      expect(Object.values(texts).filter((text) => text === '')).toEqual([])
    }
  })

  it('counts in English as English does', () => {
    const { en } = consoleMessages
    expect(en.sentFiles(count(1))).toBe('1 file sent')
    expect(en.sentFiles(count(2))).toBe('2 files sent')
    expect(en.announceSent(count(1), count(0))).toBe('1 file sent.')
    expect(en.announceSent(count(2), count(1))).toBe('2 files sent, 1 failed.')
  })

  it('speaks of uploads and answers in Chinese in one way', () => {
    const all = Object.values(consoleMessages.zh)
      .map((text) => (typeof text === 'string' ? text : JSON.stringify(text)))
      .join('')
    expect(all).not.toMatch(/上载|传输|回应|应答/)
  })
})
