import { createWx, type Failure, type UploadFileSuccess } from '@wx-upload/client'
import { describe, expect, it } from 'vitest'
import { type Echo, openRoom, type Room, valuesOf } from './neutral-room.fixture.ts'
import { createLargeFile, echoOf, photo, upload, watch } from './neutral-upload.fixture.ts'

/** The machine may be busy. */
const patient = { timeout: 30_000 }

/** The server has lost the upload, without an answer. One that reads nothing notices when it is let go and reads on. */
async function expectLost(room: Room, behaviour: string): Promise<void> {
  if (behaviour === 'stall') await room.release()
  await expect
    .poll(async () => {
      const { running, requests, broken } = await room.state()
      return { running, answered: requests - broken }
    }, patient)
    .toEqual({ running: 0, answered: 0 })
}

describe('calling wx.uploadFile', () => {
  const wx = createWx()

  it('U-01 gives a task for every argument, never throws, and calls nothing back before it returns', async () => {
    const throwing = {
      get url() {
        throw new Error('no url for you')
      },
    }
    const hostile = new Proxy({}, { get: () => ({ toString: null }) })
    for (const option of [undefined, null, 5, 'x', [], {}, throwing, hostile, () => undefined]) {
      const task = Reflect.apply(wx.uploadFile, wx, [option])
      expect(task.abort).toBeTypeOf('function')
      expect(task).not.toBeInstanceOf(Promise)
    }
    let hasReturned = false
    const whenCalledBack = await new Promise<boolean>((resolve) => {
      wx.uploadFile({ url: '', filePath: '', name: '', fail: () => resolve(hasReturned) })
      hasReturned = true
    })
    expect(whenCalledBack).toBe(true)
  })

  it('U-01 a getter that throws, whatever it throws, is a parameter error', async () => {
    const { proxy: revoked, revoke } = Proxy.revocable({}, {})
    revoke()
    for (const [thrown, text] of [
      [new Error('no url for you'), 'Error: no url for you'],
      ['a string', 'a string'],
      [Object.create(null), 'something unreadable'],
      [{ toString: () => ({}) }, 'something unreadable'],
      [revoked, 'something unreadable'],
    ]) {
      const failure = await new Promise<Failure>((resolve) => {
        wx.uploadFile({
          get url(): string {
            throw thrown
          },
          filePath: 'x',
          name: 'x',
          fail: resolve,
        })
      })
      expect(failure).toEqual({
        errno: 1001,
        errMsg: `uploadFile:fail parameter error: reading it threw ${text};`,
      })
    }
  })

  it('U-03 callbacks that are no functions are ignored', async () => {
    const result = await new Promise<unknown>((resolve) => {
      Reflect.apply(wx.uploadFile, wx, [{ success: 1, fail: 'x', complete: resolve }])
    })
    expect(result).toMatchObject({ errno: 1001 })
  })

  it('U-05 options are read once: changing the object afterwards changes nothing', async () => {
    const header: Record<string, string> = { 'X-When': 'before' }
    const formData: Record<string, string> = { when: 'before' }
    const { data } = await new Promise<UploadFileSuccess>((resolve) => {
      const option = {
        url: openRoom().url('echo'),
        filePath: photo,
        name: 'file',
        header,
        formData,
        success: resolve,
        unknown: true,
      }
      wx.uploadFile(option)
      Object.assign(option, { url: 'https://example.invalid', name: 'other', success: undefined })
      header['X-When'] = 'after'
      formData['when'] = 'after'
    })
    const echo: Echo = JSON.parse(data)
    expect(valuesOf(echo, 'x-when')).toEqual(['before'])
    expect(echo.body).toContain('name="when"\r\n\r\nbefore\r\n')
    expect(echo.body).toContain('name="file"; filename="photo.jpg"')
  })
})

describe('on the wire', () => {
  it('U-14 one POST: the fields in order, then the file, with its exact length', async () => {
    const echo = await echoOf({ formData: { one: '1', two: '2' } })
    const boundary = /^multipart\/form-data; boundary=([\w-]{22,70})$/.exec(
      valuesOf(echo, 'content-type').join(),
    )?.[1]
    expect(echo.method).toBe('POST')
    expect(valuesOf(echo, 'content-length')).toEqual([String(echo.bodyBytes)])
    expect(valuesOf(echo, 'transfer-encoding')).toEqual([])
    expect(echo.body).toBe(
      [
        `--${boundary}`,
        'Content-Disposition: form-data; name="one"',
        '',
        '1',
        `--${boundary}`,
        'Content-Disposition: form-data; name="two"',
        '',
        '2',
        `--${boundary}`,
        'Content-Disposition: form-data; name="file"; filename="photo.jpg"',
        'Content-Type: image/jpeg',
        '',
        'not really a photograph',
        `--${boundary}--`,
        '',
      ].join('\r\n'),
    )
  })

  it('U-14 names are raw UTF-8, with quotes and line breaks escaped', async () => {
    const fileName = '照片 "1"\r\n😀%22.png'
    const filePath = new Blob(['x'], { type: 'image/png' })
    const echo = await echoOf({ filePath, fileName, name: 'f"\r\n', formData: { '键"\n': 'v' } })
    expect(echo.body).toContain('name="键%22%0A"\r\n\r\nv')
    expect(echo.body).toContain(
      'name="f%22%0D%0A"; filename="照片 %221%22%0D%0A😀%22.png"\r\nContent-Type: image/png',
    )
  })

  it('U-09 a Blob has no name, a File its own, and an unknown temporary path no file', async () => {
    const nameless = await echoOf({ filePath: new Blob(['x'], { type: 'text/plain' }) })
    expect(nameless.body).toContain('filename="blob"\r\nContent-Type: text/plain\r\n\r\nx\r\n')
    const named = await echoOf({ filePath: new File(['x'], 'a b.txt', { type: 'text/plain' }) })
    expect(named.body).toContain('filename="a b.txt"')
    const { errMsg, errno, warnings } = await upload({ filePath: 'wxfile://tmp_unknown.jpg' })
    expect([errMsg, errno]).toEqual(['uploadFile:fail file not found', 1300002])
    expect(warnings).toEqual([])
  })

  it('U-14 a file of no known type is application/octet-stream', async () => {
    const echo = await echoOf({ filePath: new File(['x'], 'data.unheard-of') })
    expect(echo.body).toContain('Content-Type: application/octet-stream')
  })

  it('U-19 so many run at once, the rest wait in order, and aborting a waiting one sends nothing', async () => {
    const room = openRoom()
    const wx = createWx({ maxConcurrent: 3 })
    const done: number[] = []
    const finished = Array.from({ length: 10 }, (_, index) => {
      let abort: () => void = () => undefined
      const promise = new Promise<unknown>((resolve) => {
        const task = wx.uploadFile({
          url: room.url('hold'),
          filePath: photo,
          name: 'file',
          success: () => done.push(index),
          complete: resolve,
        })
        abort = () => task.abort()
      })
      return { abort, promise }
    })
    await expect.poll(async () => (await room.state()).peak, patient).toBe(3)
    finished[5]?.abort()
    await finished[5]?.promise
    await room.release()
    await Promise.all(finished.map(({ promise }) => promise))
    expect(await room.state()).toMatchObject({ peak: 3, requests: 9 })
    expect(done).toHaveLength(9)
    // Those that waited began in order; which of three ends first is the network's affair.
    expect(done.slice(0, 3).toSorted((a, b) => a - b)).toEqual([0, 1, 2])
  })

  it('U-18 a server that answers before it has read the body is heard', async () => {
    const result = await upload({ url: openRoom().url('early/413'), filePath: createLargeFile() })
    expect(result).toMatchObject({ statusCode: 413, data: 'too much', errMsg: 'uploadFile:ok' })
    expect(result.events.filter((event) => event !== 'progress')).toEqual([
      'headers',
      'success',
      'complete',
    ])
  })
})

describe('results', () => {
  it.each([200, 201, 204, 400, 404, 500, 503])('U-20 status %d is a success', async (status) => {
    const result = await upload({ url: openRoom().url(`status/${status}`) })
    expect(result).toMatchObject({ statusCode: status, errMsg: 'uploadFile:ok' })
    expect(result.data).toBeTypeOf('string')
    expect(result.events).toEqual(['progress', 'headers', 'success', 'complete'])
  })

  it.each([
    ['UTF-8, whatever the Content-Type says', '你好 ü', '你好 ü'],
    ['one byte order mark goes, and no more', '\uFEFF\uFEFFa', '\uFEFFa'],
    ['nothing is an empty string', '', ''],
    ['JSON stays text', '{"a": 1}', '{"a": 1}'],
  ])('U-20 data is a string: %s', async (_, sent, data) => {
    const base64url = btoa(String.fromCharCode(...new TextEncoder().encode(sent)))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
    expect(await upload({ url: openRoom().url(`text/${base64url}`) })).toMatchObject({ data })
  })

  it('U-20 what is no UTF-8 becomes U+FFFD', async () => {
    // The byte ff.
    expect(await upload({ url: openRoom().url('text/_w') })).toMatchObject({ data: '\uFFFD' })
  })

  it('U-21 a response may be as long as the limit, and no longer', async () => {
    const config = { maxResponseBytes: 100_000 }
    const fitting = await upload({ url: openRoom().url('bytes/100000') }, config)
    expect(fitting.data).toHaveLength(100_000)
    for (const behaviour of ['bytes/100001', 'bytes/5000000', 'gzip/5000000']) {
      const { errMsg, errno } = await upload({ url: openRoom().url(behaviour) }, config)
      expect([errMsg, errno]).toEqual(['uploadFile:fail response exceeds 100000 bytes', 602300])
    }
  })

  it.each(['cut-length', 'cut-chunks', 'silence', 'reset'])(
    'U-21 U-22 a response that does not come whole is a failure: %s',
    async (behaviour) => {
      const { errMsg, errno, events } = await upload({ url: openRoom().url(behaviour) })
      expect(errno).toBe(600001)
      expect(errMsg).toMatch(/^uploadFile:fail upload fail:-\d+:net::ERR_\w+$/)
      expect(events.slice(-2)).toEqual(['fail', 'complete'])
    },
  )

  it('U-22 a server that nobody runs is a network failure', async () => {
    // No server may have port 1, which browsers would not even ask; 2 is as empty.
    const { errMsg, errno } = await upload({ url: 'http://127.0.0.1:2/' })
    expect(errno).toBe(600001)
    expect(errMsg).toMatch(/^uploadFile:fail upload fail:-\d+:net::ERR_\w+$/)
  })

  it('U-13 the time limit holds wherever the upload is', async () => {
    const cases = { stall: createLargeFile(), hold: photo, half: photo }
    for (const [behaviour, filePath] of Object.entries(cases)) {
      const room = openRoom()
      const result = await upload({ url: room.url(behaviour), filePath, timeout: 1000 })
      expect(result).toMatchObject({ errMsg: 'uploadFile:fail timeout', errno: 5 })
      await expectLost(room, behaviour)
    }
  })
})

describe('events', () => {
  it('U-23 U-24 progress ends with 100, then come the headers, then success', async () => {
    const { progress, headers, header, events } = await upload({})
    const last = progress.at(-1)
    expect(last).toMatchObject({ progress: 100 })
    expect(last?.totalBytesSent).toBe(last?.totalBytesExpectedToSend)
    expect(last?.totalBytesWritten).toBe(last?.totalBytesSent)
    expect(last?.totalBytesExpectedToWrite).toBe(last?.totalBytesExpectedToSend)
    expect(progress.filter((event) => event.progress === 100)).toHaveLength(1)
    expect(headers).toMatchObject({ statusCode: 200 })
    const echoed = Object.entries(headers?.header ?? {}).find(([name]) => /^x-echo$/i.test(name))
    expect(echoed?.[1]).toBe('one, two')
    expect(header).toEqual(headers?.header)
    expect(events).toEqual(['progress', 'headers', 'success', 'complete'])
  })

  it('U-23 progress counts the whole body, goes up alone, and has no 100 before the end', async () => {
    const room = openRoom()
    const { progress, ended } = watch({ url: room.url('stall'), filePath: createLargeFile() })
    await expect.poll(() => progress.length, patient).toBeGreaterThan(0)
    expect(progress.every((event) => event.progress < 100)).toBe(true)
    await room.release()
    const echo: Echo = JSON.parse((await ended).data ?? '')
    const counts = progress.map((event) => event.totalBytesSent)
    expect(counts).toEqual([...new Set(counts)].toSorted((a, b) => a - b))
    expect(counts.at(-1)).toBe(echo.bodyBytes)
    expect(new Set(progress.map((event) => event.totalBytesExpectedToSend))).toEqual(
      new Set([echo.bodyBytes]),
    )
    expect(progress.filter((event) => event.progress === 100)).toHaveLength(1)
  })

  it('U-26 abort() ends the upload wherever it is, and the connection with it', async () => {
    const cases = {
      stall: { filePath: createLargeFile(), when: 'progress' },
      hold: { filePath: photo, when: 'progress' },
      half: { filePath: photo, when: 'headers' },
    }
    for (const [behaviour, { filePath, when }] of Object.entries(cases)) {
      const room = openRoom()
      const { task, events, ended } = watch({ url: room.url(behaviour), filePath })
      await expect.poll(() => events, patient).toContain(when)
      const heard = events.length
      task.abort()
      task.abort()
      expect(events).toHaveLength(heard)
      expect(await ended).toEqual({ errMsg: 'uploadFile:fail abort', errno: 1 })
      await expectLost(room, behaviour)
      expect(events.slice(heard)).toEqual(['fail', 'complete'])
    }
  })

  it('U-26 abort() in the call that made the task sends nothing', async () => {
    const room = openRoom()
    const wx = createWx()
    const result = await new Promise<unknown>((resolve) => {
      const task = wx.uploadFile({
        url: room.url('echo'),
        filePath: photo,
        name: 'file',
        complete: resolve,
      })
      task.abort()
    })
    expect(result).toEqual({ errMsg: 'uploadFile:fail abort', errno: 1 })
    // Another one gets through, so that the first would have by now.
    await upload({ url: room.url('echo') })
    expect(await room.state()).toMatchObject({ requests: 1 })
  })

  it('U-26 U-29 abort() at the 100 of an empty file, which comes before it is sent, leaves nothing under way', async () => {
    const room = openRoom()
    const option = { url: room.url('hold'), method: 'PUT', filePath: new File([], 'empty.bin') }
    const { task, events, ended } = watch(option)
    task.onProgressUpdate(() => task.abort())
    expect(await ended).toEqual({ errMsg: 'uploadFile:fail abort', errno: 1 })
    expect(events).toEqual(['progress', 'fail', 'complete'])
    // Another one gets through, so that the first would have by now.
    await upload({ url: room.url('echo') })
    const countRunning = async (): Promise<number> => (await room.state()).running
    await expect.poll(countRunning, patient).toBe(0)
  })
})

describe('createWx', () => {
  it('refuses a configuration that makes no sense', () => {
    expect(() => createWx({ domains: ['example.com'] })).toThrow(/"example.com" in domains/)
    expect(() => createWx({ maxConcurrent: 0 })).toThrow(RangeError)
    expect(() => createWx({ maxResponseBytes: NaN })).toThrow(RangeError)
  })

  it('U-07 urlCheck: false allows http to any address', async () => {
    const { errno } = await upload({ url: 'http://nothing.invalid/' }, { urlCheck: false })
    expect(errno).toBe(600001)
  })
})
