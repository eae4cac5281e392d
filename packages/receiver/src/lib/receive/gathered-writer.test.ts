import { describe, expect, it } from 'vitest'
import type { PendingFile } from '../storage/storage.ts'
import { GatheredWriter } from './gathered-writer.ts'

describe('GatheredWriter', () => {
  // The moment at which the writer has just become idle is some turns after its last call has ended.
  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8])(
    'R-02 writes a file that comes %i turns after the last one was written',
    async (turns) => {
      const ended: string[] = []
      const writer = new GatheredWriter({ onDrain: () => undefined, onError: () => undefined })
      const first = pendingFile('first', ended)
      writer.end(first.file)
      await first.ended
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
      writer.end(pendingFile('second', ended).file)
      await writer.finish()
      expect(ended).toEqual(['first', 'second'])
    },
  )
})

function pendingFile(
  storedAs: string,
  names: string[],
): { file: PendingFile; ended: Promise<void> } {
  let end: () => void = () => undefined
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const file = {
    storedAs,
    write: () => Promise.resolve(),
    end: () => {
      names.push(storedAs)
      end()
      return ended
    },
  }
  return { file, ended }
}
