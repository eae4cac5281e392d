import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createProgressView } from './progress-view.ts'
import type { MessageStream } from './terminal.ts'

/** A stream that collects what is written; with columns it says that it is a terminal. */
function createStream(columns?: number): { stream: MessageStream; written: () => string } {
  const stream = new PassThrough({ encoding: 'utf8' })
  const terminal = columns === undefined ? {} : { isTTY: true, columns, hasColors: () => true }
  return {
    stream: Object.assign(stream, terminal),
    written: () => String(stream.read() ?? ''),
  }
}

describe('createProgressView', () => {
  beforeEach(() => {
    vi.stubEnv('TERM', 'xterm-256color')
  })
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  it('draws over its own line on a terminal and leaves the bar at the end', () => {
    const { stream, written } = createStream(60)
    const view = createProgressView(stream, 'photo.jpg')
    view.update(10, 100)
    expect(written()).toContain(' 10%')
    view.update(90, 100)
    const second = written()
    expect(second).toContain('90%')
    expect(second).toContain('\u001B[')
    expect(second.match(/\n/g)).toHaveLength(1)
    view.end()
    expect(written()).not.toContain('left')
  })

  it('writes one plain line for each quarter where nothing can be drawn over', () => {
    const { stream, written } = createStream()
    const view = createProgressView(stream, 'photo.jpg')
    for (let sent = 0; sent <= 1000; sent += 1) view.update(sent, 1000)
    view.end()
    expect(written()).toBe(
      [25, 50, 75]
        .map((percent) => `photo.jpg: ${percent}% (${percent * 10} B of 1 kB)\n`)
        .join('') + 'photo.jpg: 100% (1 kB of 1 kB)\n',
    )
  })

  it('counts a dumb terminal among those', () => {
    vi.stubEnv('TERM', 'dumb')
    const { stream, written } = createStream(80)
    createProgressView(stream, 'photo.jpg').update(60, 100)
    expect(written()).toBe('photo.jpg: 60% (60 B of 100 B)\n')
  })
})
