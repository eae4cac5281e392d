import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { MessageStream } from '../terminal.ts'
import { createUploadsView } from './uploads-view.ts'

const counts = () => ({ uploaded: 1, failed: 0, files: 3, uploadedBytes: 1000 })

/** A stream that collects what is written; with columns it says that it is a terminal. */
function createStream(columns?: number): { stream: MessageStream; written: () => string } {
  const stream = new PassThrough({ encoding: 'utf8' })
  const terminal = columns === undefined ? {} : { isTTY: true, columns, rows: 24 }
  return {
    stream: Object.assign(stream, terminal),
    written: () => String(stream.read() ?? ''),
  }
}

describe('createUploadsView', () => {
  beforeEach(() => {
    vi.stubEnv('TERM', 'xterm-256color')
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllEnvs()
  })

  it('shows what runs below the lines that stay, and nothing of it at the end', () => {
    const { stream, written } = createStream(60)
    const view = createUploadsView(stream, counts)
    const upload = view.begin('a.jpg', 100)
    upload.update(50)
    vi.advanceTimersByTime(100)
    expect(stripVTControlCharacters(written())).toMatch(/^a\.jpg .* 50% .*\n1 of 3 uploaded .*\n$/)
    view.print('✓ a.jpg\n')
    upload.end()
    vi.advanceTimersByTime(100)
    expect(stripVTControlCharacters(written())).toMatch(/^\r✓ a\.jpg\n1 of 3 uploaded .*\n$/)
    view.end()
    expect(stripVTControlCharacters(written())).toBe('\r')
    view.print('2 of 3\n')
    expect(written()).toBe('2 of 3\n')
  })

  it('draws a dozen times a second at most, and every second while nothing is sent', () => {
    const { stream, written } = createStream(60)
    const write = vi.spyOn(stream, 'write')
    const view = createUploadsView(stream, counts)
    const upload = view.begin('a.jpg', 100_000)
    for (let sent = 0; sent < 1000; sent += 1) {
      upload.update(sent)
      vi.advanceTimersByTime(1)
    }
    expect(write.mock.calls.length).toBeLessThanOrEqual(13)
    written()
    vi.advanceTimersByTime(2100)
    expect(written()).toContain('0:03')
    view.end()
  })

  it('is out of the way of another who writes to the terminal, and comes back', () => {
    const { stream, written } = createStream(60)
    const view = createUploadsView(stream, counts)
    view.begin('a.jpg', 100)
    vi.advanceTimersByTime(100)
    written()
    view.print('done\n')
    view.hide()
    expect(stripVTControlCharacters(written())).toBe('\rdone\n')
    view.print('done too\n')
    vi.advanceTimersByTime(100)
    expect(stripVTControlCharacters(written())).toMatch(/^done too\na\.jpg /)
    view.end()
  })

  it('draws anew when the terminal changes its size', () => {
    const { stream, written } = createStream(60)
    const view = createUploadsView(stream, counts)
    view.begin('a.jpg', 100)
    vi.advanceTimersByTime(100)
    written()
    Object.assign(stream, { columns: 30 })
    stream.emit('resize')
    vi.advanceTimersByTime(100)
    expect(
      Math.max(
        ...stripVTControlCharacters(written())
          .split(/[\r\n]+/)
          .map((line) => line.length),
      ),
    ).toBeLessThan(30)
    view.end()
  })

  it.each([undefined, 'dumb'])(
    'writes the lines that stay alone where nothing can be drawn over: %s',
    (term) => {
      if (term !== undefined) vi.stubEnv('TERM', term)
      const { stream, written } = createStream(term === undefined ? undefined : 80)
      const view = createUploadsView(stream, counts)
      view.begin('a.jpg', 100).update(50)
      view.print('✓ a.jpg\n')
      vi.advanceTimersByTime(5000)
      view.end()
      expect(written()).toBe('✓ a.jpg\n')
    },
  )
})
