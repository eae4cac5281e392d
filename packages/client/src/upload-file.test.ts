import { describe, expect, it } from 'vitest'
import type { Echo } from './echo-server.fixture.ts'
import { echoOf, photo, server, upload, valuesOf } from './echo-upload.fixture.ts'
import { createWx, type Failure, type UploadFileSuccess } from './node.ts'

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
        url: `${server.origin}/upload`,
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
    const echo = await echoOf({ fileName, name: 'f"\r\n', formData: { '键"\n': 'v' } })
    expect(echo.body).toContain('name="键%22%0A"\r\n\r\nv')
    expect(echo.body).toContain(
      'name="f%22%0D%0A"; filename="照片 %221%22%0D%0A😀%22.png"\r\nContent-Type: image/png',
    )
  })

  it('U-14 a file with an unknown extension is application/octet-stream', async () => {
    const echo = await echoOf({ fileName: 'data.unheard-of' })
    expect(echo.body).toContain('Content-Type: application/octet-stream')
  })

  it('U-19 at most ten run at once, the rest wait in order, and aborting a waiting one sends nothing', async () => {
    const wx = createWx()
    const done: number[] = []
    const finished = Array.from({ length: 25 }, (_, index) => {
      let abort: () => void = () => undefined
      const promise = new Promise<unknown>((resolve) => {
        const task = wx.uploadFile({
          url: `${server.origin}/hold`,
          filePath: photo,
          name: 'file',
          formData: { index },
          success: () => done.push(index),
          complete: resolve,
        })
        abort = () => task.abort()
      })
      return { abort, promise }
    })
    await expect.poll(() => server.peak()).toBe(10)
    finished[20]?.abort()
    await finished[20]?.promise
    server.release()
    await Promise.all(finished.map(({ promise }) => promise))
    expect(server.peak()).toBe(10)
    expect(done).toHaveLength(24)
    expect(done).not.toContain(20)
    // Those that waited began in order; which of ten ends first is the network's affair.
    expect(done.slice(0, 10).toSorted((a, b) => a - b)).toEqual([...Array(10).keys()])
  })
})

describe('results and events', () => {
  it('U-20 any HTTP status is a success', async () => {
    for (const status of [200, 201, 204, 400, 404, 500, 503]) {
      const result = await upload({ url: `${server.origin}/status/${status}` })
      expect(result).toMatchObject({ statusCode: status, errMsg: 'uploadFile:ok' })
      expect(result.data).toBeTypeOf('string')
      expect(result.events).toEqual(['headers', 'success'])
    }
  })

  it('U-23 U-24 progress ends with 100, then come the headers, then success', async () => {
    const { progress, headers, header, cookies, events } = await upload({})
    const last = progress.at(-1)
    expect(last).toMatchObject({ progress: 100 })
    expect(last?.totalBytesSent).toBe(last?.totalBytesExpectedToSend)
    expect(last?.totalBytesWritten).toBe(last?.totalBytesSent)
    expect(last?.totalBytesExpectedToWrite).toBe(last?.totalBytesExpectedToSend)
    expect(progress.filter((event) => event.progress === 100)).toHaveLength(1)
    expect(headers).toMatchObject({ statusCode: 200, cookies: ['a=1; Path=/', 'b=2'] })
    expect(headers?.header).toMatchObject({
      'X-Echo': 'one, two',
      'Set-Cookie': 'a=1; Path=/, b=2',
    })
    expect({ header, cookies }).toEqual({ header: headers?.header, cookies: headers?.cookies })
    expect(events).toEqual(['headers', 'success'])
  })

  it('U-26 abort() in the call that made the task sends nothing', async () => {
    const wx = createWx()
    const before = server.requests()
    const result = await new Promise<unknown>((resolve) => {
      const task = wx.uploadFile({
        url: `${server.origin}/upload`,
        filePath: photo,
        name: 'file',
        complete: resolve,
      })
      task.abort()
    })
    expect(result).toEqual({ errMsg: 'uploadFile:fail abort', errno: 1 })
    // Another one gets through, so that the first would have by now.
    await upload({})
    expect(server.requests()).toBe(before + 1)
  })

  it('U-30 profile tells when each phase began and ended, under the platform’s names', async () => {
    const { profile } = await upload({})
    expect(profile).toMatchObject({ protocol: 'http1.1', peerIP: '127.0.0.1', socketReused: false })
    const order = [
      profile?.invokeStart,
      profile?.queueEnd,
      profile?.fetchStart,
      profile?.connectStart,
      profile?.connectEnd,
      profile?.requestStart,
      profile?.responseStart,
      profile?.responseEnd,
    ]
    expect(order).toEqual(order.toSorted((a = 0, b = 0) => a - b))
    expect(profile?.sendBytesCount).toBeGreaterThan(23)
  })
})

describe('createWx', () => {
  it('refuses a configuration that makes no sense', () => {
    expect(() => createWx({ domains: ['example.com'] })).toThrow(/"example.com" in domains/)
    expect(() => createWx({ referer: 'a\nb' })).toThrow(/referer "a\\nb": HTTP cannot carry it/)
    expect(() => createWx({ maxConcurrent: 0 })).toThrow(RangeError)
    expect(() => createWx({ maxResponseBytes: NaN })).toThrow(RangeError)
  })

  it('a warning that cannot be given fails nothing', async () => {
    const reported = new Promise((resolve) => process.once('uncaughtException', resolve))
    const warn = () => {
      throw new Error('no warning')
    }
    const { errMsg } = await upload({ header: { Host: 'x' } }, { warn })
    expect(errMsg).toBe('uploadFile:ok')
    expect(await reported).toEqual(new Error('no warning'))
  })

  it('U-07 urlCheck: false allows http to any address', async () => {
    const { errno } = await upload({ url: 'http://nothing.invalid/' }, { urlCheck: false })
    expect(errno).toBe(600001)
  })
})
