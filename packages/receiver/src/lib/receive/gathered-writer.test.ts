import { describe, expect, it } from 'vitest'
import type { PendingFile } from '../storage/storage.ts'
import { GatheredWriter } from './gathered-writer.ts'
import { WriteRoom } from './write-room.ts'

describe('GatheredWriter', () => {
  // The moment at which the writer has just become idle is some turns after its last call has ended.
  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8])(
    'R-02 writes a file that comes %i turns after the last one was written',
    async (turns) => {
      const ended: string[] = []
      const writer = createWriter({ room: new WriteRoom() })
      const first = pendingFile('first', ended)
      writer.end(first.file)
      await first.ended
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
      writer.end(pendingFile('second', ended).file)
      await writer.finish()
      expect(ended).toEqual(['first', 'second'])
    },
  )

  it('R-05 gathers less, and waits for it, while others hold too much', async () => {
    const room = new WriteRoom()
    const drained: boolean[] = []
    const writer = createWriter({ room, onDrain: () => drained.push(writer.isFull) })
    const { file, written } = pendingFile('file', [])
    writer.write(file, chunk)
    writer.write(file, chunk)
    expect([written.length, writer.isFull]).toEqual([0, false])
    room.hold(others)
    writer.write(file, chunk)
    expect([written.length, writer.isFull]).toEqual([1, true])
    await writer.finish()
    expect([written, drained]).toEqual([[3], [false]])
    writer.write(file, chunk)
    expect([written.length, writer.isFull]).toEqual([2, false])
    await writer.finish()
    room.release(others)
    writer.write(file, chunk)
    expect([written.length, writer.isFull]).toEqual([2, false])
  })

  it('R-05 waits for nothing that it has only gathered, however much others hold', async () => {
    const room = new WriteRoom()
    let drains = 0
    const writer = createWriter({ room, onDrain: () => (drains += 1) })
    const { file } = pendingFile('file', [])
    writer.end(file)
    for (let count = 0; count < 4; count += 1) writer.write(file, chunk)
    room.hold(others)
    // What was gathered is more than it may hold now, and nobody is writing it.
    await writer.finish()
    expect([writer.isFull, drains]).toEqual([false, 0])
    writer.write(file, chunk)
    expect(writer.isFull).toBe(true)
    await writer.finish()
    expect([writer.isFull, drains]).toEqual([false, 1])
  })

  it('R-05 takes the head of a file byte by byte, however much others hold', async () => {
    const room = new WriteRoom()
    const writer = createWriter({ room })
    const { file, written } = pendingFile('file', [])
    room.hold(others)
    for (let count = 0; count < 5000; count += 1) writer.write(file, chunk.subarray(0, 1))
    expect(writer.isFull).toBe(false)
    writer.write(file, chunk)
    writer.write(file, chunk)
    expect(writer.isFull).toBe(true)
    await writer.finish()
    expect(written.reduce((sum, chunks) => sum + chunks, 0)).toBeGreaterThanOrEqual(5001)
  })

  it.each([
    [0, 1024],
    [16 * 1024 + 1, 512],
    [32 * 1024 + 1, 32],
  ])('R-05 writes less at once the more others hold: with %d KiB, %d KiB', async (held, most) => {
    const room = new WriteRoom()
    const writer = createWriter({ room })
    const { file, written } = pendingFile('file', [])
    room.hold(held * 1024)
    const piece = Buffer.alloc(1024 - 256)
    for (let count = 0; count < most - 1; count += 1) writer.write(file, piece)
    await writer.finish()
    expect(written).toEqual([])
    writer.write(file, piece)
    await writer.finish()
    expect(written).toEqual([most])
  })

  it.each(['written', 'dropped'])('R-05 gives its room back when all is %s', async (end) => {
    const room = new WriteRoom()
    const writer = createWriter({ room })
    const { file } = pendingFile('file', [])
    for (let count = 0; count < 100; count += 1) writer.write(file, chunk)
    if (end === 'written') {
      writer.end(file)
      await writer.finish()
    }
    await writer.stop()
    room.hold(roomBytes)
    expect(room.isShort).toBe(false)
    room.hold(1)
    expect(room.isShort).toBe(true)
  })
})

const roomBytes = 32 * 1024 * 1024
const others = roomBytes
const chunk = Buffer.alloc(50_000)

function createWriter(options: { room: WriteRoom; onDrain?: () => void }): GatheredWriter {
  return new GatheredWriter({ onDrain: () => undefined, onError: () => undefined, ...options })
}

function pendingFile(
  storedAs: string,
  names: string[],
): { file: PendingFile; ended: Promise<void>; written: number[] } {
  const written: number[] = []
  let end: () => void = () => undefined
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const file = {
    storedAs,
    write: (chunks: readonly Uint8Array[]) => {
      written.push(chunks.length)
      return Promise.resolve()
    },
    end: () => {
      names.push(storedAs)
      end()
      return ended
    },
  }
  return { file, ended, written }
}
