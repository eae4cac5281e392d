import { describe, expect, it } from 'vitest'
import { isolateName } from './isolate-name.ts'

describe('isolateName', () => {
  it.each(['notes.txt', '文件.txt', '👩‍👩‍👧 a.png'])('leaves %s alone', (name) => {
    expect(isolateName(name)).toBe(name)
  })

  it.each(['שלום.txt', 'مرحبا.pdf', '\u202Egpj.exe'])(
    'keeps %s from turning a sentence',
    (name) => {
      expect(isolateName(name)).toBe(`\u2068${name}\u2069`)
    },
  )
})
