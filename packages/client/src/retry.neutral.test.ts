import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openRoom } from './neutral-room.fixture.ts'
import { createLargeFile, echoOf, photo, upload, watch } from './neutral-upload.fixture.ts'

const retry = 3

// The shortest waits that chance can give.
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0))
afterEach(() => void vi.restoreAllMocks())

describe('trying again', () => {
  it.each(['503', '502', '504', '429', 'reset', 'silence', 'cut-length', 'cut-chunks'])(
    'U-29 after %s, until it is answered',
    async (fault) => {
      const room = openRoom()
      const { events, statusCode, data, errMsg } = await upload({
        url: room.url(`at-first/${fault}-2`),
        retry,
      })
      expect(errMsg).toBe('uploadFile:ok')
      expect(statusCode).toBe(200)
      expect(JSON.parse(data ?? '')).toMatchObject({ method: 'POST' })
      expect(events).toEqual(['progress', 'headers', 'success', 'complete'])
      expect(await room.state()).toMatchObject({ requests: 3 })
    },
  )

  it('U-29 sends all of it again, with the same Idempotency-Key each time, and another for the next upload', async () => {
    const room = openRoom()
    const url = room.url('at-first/503-2')
    expect((await echoOf({ url, retry })).body).toContain('not really a photograph')
    await echoOf({ url, retry })
    const { keys } = await room.state()
    expect(keys).toHaveLength(4)
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
    expect(new Set(keys.slice(0, 3)).size).toBe(1)
    expect(keys[3]).not.toBe(keys[0])
  })

  it("U-29 keeps the caller's own Idempotency-Key, in any casing", async () => {
    const room = openRoom()
    const header = { 'idempotency-KEY': 'mine' }
    await echoOf({ url: room.url('at-first/503-1'), retry, header })
    expect(await room.state()).toMatchObject({ keys: ['mine', 'mine'] })
  })

  it('U-29 without retry there is one request, and no Idempotency-Key', async () => {
    for (const retry of [undefined, 0, -1, NaN]) {
      const room = openRoom()
      const { statusCode } = await upload({ url: room.url('status/503'), retry })
      expect(statusCode).toBe(503)
      expect(await room.state()).toMatchObject({ requests: 1, keys: [null] })
    }
  })

  it('U-29 gives the last answer where all are alike', async () => {
    const room = openRoom()
    const { statusCode, events, headers } = await upload({
      url: room.url('status/503'),
      retry: 2,
    })
    expect([statusCode, headers?.statusCode]).toEqual([503, 503])
    expect(events.filter((event) => event !== 'progress')).toEqual([
      'headers',
      'success',
      'complete',
    ])
    expect(await room.state()).toMatchObject({ requests: 3, running: 0 })
  })

  it('U-29 gives the last failure where all are alike', async () => {
    const room = openRoom()
    const { errno, events } = await upload({
      url: room.url('cut-length'),
      retry: 2,
    })
    expect(errno).toBe(600001)
    expect(events.slice(-2)).toEqual(['fail', 'complete'])
    expect(events.filter((event) => event === 'headers').length).toBeLessThan(2)
    expect(await room.state()).toMatchObject({ requests: 3 })
  })

  it.each(['status/500', 'status/404', 'status/413', 'early/413', 'status/200'])(
    'U-29 not after %s',
    async (behaviour) => {
      const room = openRoom()
      const { errMsg } = await upload({ url: room.url(behaviour), retry })
      expect(errMsg).toBe('uploadFile:ok')
      expect(await room.state()).toMatchObject({ requests: 1 })
    },
  )

  it('U-29 not after an answer that is too large, which has had its header', async () => {
    const room = openRoom()
    const option = { url: room.url('bytes/100'), retry }
    const { errno, events } = await upload(option, { maxResponseBytes: 10 })
    expect(errno).toBe(602300)
    expect(events).toEqual(['progress', 'headers', 'fail', 'complete'])
    expect(await room.state()).toMatchObject({ requests: 1 })
  })

  it('U-29 after a refusal that came early, without the rest of the body', async () => {
    const room = openRoom()
    const { statusCode } = await upload({
      url: room.url('at-first/503-1'),
      filePath: createLargeFile(8 * 1024 * 1024),
      retry,
    })
    expect(statusCode).toBe(200)
    expect(await room.state()).toMatchObject({ requests: 2 })
  })

  it('U-29 waits as long as the server asks', async () => {
    const room = openRoom()
    const startedAtMs = performance.now()
    const { statusCode } = await upload({ url: room.url('at-first/503-1-1'), retry })
    expect(statusCode).toBe(200)
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(1000)
  })

  it('U-29 takes the answer as it is where the server asks for more than there is time for', async () => {
    for (const [seconds, timeout] of [
      [10, 10_000],
      [31, Infinity],
    ]) {
      const room = openRoom()
      const url = room.url(`at-first/429-1-${seconds}`)
      expect((await upload({ url, retry, timeout })).statusCode).toBe(429)
      expect(await room.state()).toMatchObject({ requests: 1 })
    }
  })

  it('U-13 all tries have the one timeout', async () => {
    const room = openRoom()
    const { errMsg, events } = await upload({
      url: room.url('at-first/hold-9'),
      timeout: 300,
      retry: 9,
    })
    expect(errMsg).toBe('uploadFile:fail timeout')
    expect(events.filter((event) => event !== 'progress')).toEqual(['fail', 'complete'])
  })

  it('U-26 abort() while it waits ends it, and nothing more is sent', async () => {
    const room = openRoom()
    const url = room.url('at-first/503-1-30')
    const { task, ended } = watch({ url, retry, timeout: Infinity })
    const isWaiting = async () => {
      const { requests, running } = await room.state()
      return requests === 1 && running === 0
    }
    await expect.poll(isWaiting, { timeout: 30_000 }).toBe(true)
    task.abort()
    expect(await ended).toEqual({ errMsg: 'uploadFile:fail abort', errno: 1 })
    expect(await room.state()).toMatchObject({ requests: 1 })
  })

  it('U-23 the progress of each try starts over, and 100 comes with each that is sent whole', async () => {
    const { progress } = await upload({
      url: openRoom().url('at-first/cut-chunks-2'),
      filePath: photo,
      retry,
    })
    expect(progress.map((event) => event.progress).filter((percent) => percent === 100)).toEqual([
      100, 100, 100,
    ])
  })

  it('U-29 a file alone is sent again too', async () => {
    const room = openRoom()
    const url = room.url('at-first/reset-1')
    const echo = await echoOf({ url, method: 'PUT', retry: 1 })
    expect(echo).toMatchObject({ method: 'PUT', body: 'not really a photograph' })
  })
})
