import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { StoredBody } from './stored-body.ts'

const stallMs = 30_000

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('StoredBody', () => {
  it('gives what comes, with any pauses that are not too long', async () => {
    const { source, body } = createBody()
    const all = buffer(body)
    for (const text of ['a', 'b', 'c']) {
      source.write(text)
      await vi.advanceTimersByTimeAsync(stallMs - 1)
    }
    source.end()
    expect(String(await all)).toBe('abc')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('R-06 fails when nothing comes for too long, and lets go of what it reads from', async () => {
    const { source, body } = createBody()
    const failure = failureOf(body)
    source.write('a')
    await vi.advanceTimersByTimeAsync(stallMs)
    expect(await failure).toMatchObject({
      code: 'storage-unavailable',
      message: 'Reading the file a stopped for 30 s',
    })
    expect(source.destroyed).toBe(true)
  })

  it('R-05 waits for its reader as long as that takes, and reads no further meanwhile', async () => {
    const { source, body } = createBody()
    const chunk = Buffer.alloc(64 * 1024)
    let written = 0
    source.on('drain', fill)
    fill()
    body.read(1)
    await vi.advanceTimersByTimeAsync(100 * stallMs)
    expect(body.destroyed).toBe(false)
    expect(written).toBeLessThan(1024 * 1024)
    expect(vi.getTimerCount()).toBe(0)
    source.off('drain', fill).end()
    expect(await buffer(body)).toHaveLength(written)

    function fill(): void {
      do written += chunk.length
      while (source.write(chunk))
    }
  })

  it('fails when what it reads from is destroyed, and destroys it when nobody wants it any more', async () => {
    const broken = createBody()
    const failure = failureOf(broken.body)
    broken.source.destroy()
    expect(await failure).toMatchObject({ message: 'Reading the file a broke off' })
    const unwanted = createBody()
    unwanted.body.destroy()
    await vi.advanceTimersByTimeAsync(0)
    expect(unwanted.source.destroyed).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })
})

function createBody(): { source: PassThrough; body: StoredBody } {
  const source = new PassThrough()
  return { source, body: new StoredBody(source, { what: 'Reading the file a', stallMs }) }
}

function failureOf(body: StoredBody): Promise<unknown> {
  return buffer(body).catch((error: unknown) => error)
}
