import { createFakeWx, type FakeWx, type FakeWxScript } from '@wx-upload/client/fake'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { UploadError } from './lib/errors.ts'

const option = { url: 'https://example.com/upload', filePath: 'photo.jpg', name: 'file' }

/** Uploads, and writes down what happens. */
function watch(wx: FakeWx, given: object = {}) {
  const events: unknown[] = []
  const task = wx.uploadFile({
    ...option,
    ...given,
    success: ({ statusCode, data }) => events.push(['success', statusCode, data]),
    fail: ({ errno, errMsg }) => events.push(['fail', errno, errMsg]),
    complete: () => events.push('complete'),
  })
  task.onProgressUpdate(({ progress }) => events.push(progress))
  task.onHeadersReceived(({ statusCode }) => events.push(`headers ${statusCode}`))
  return { task, events }
}

function create(script: FakeWxScript = {}): FakeWx {
  return createFakeWx({ time: 'manual', ...script })
}

afterEach(() => {
  vi.useRealTimers()
})

describe('a fake wx', () => {
  it('answers 200 without a script, and waits for nobody', async () => {
    const wx = createFakeWx()
    const { events } = watch(wx)
    await expect.poll(() => events).toEqual([100, 'headers 200', ['success', 200, ''], 'complete'])
  })

  it('gives its answers in turn, and the last one from then on', async () => {
    const wx = create({
      answers: [{ statusCode: 201, data: 'first' }, { statusCode: 503 }],
    })
    const uploads = [1, 2, 3].map(() => watch(wx))
    await wx.fake.advance(0)
    expect(uploads.map(({ events }) => events.at(-2))).toEqual([
      ['success', 201, 'first'],
      ['success', 503, ''],
      ['success', 503, ''],
    ])
  })

  it('answers by what it is asked, with header and cookies', async () => {
    const wx = create({
      answers: ({ url, header }) => ({
        data: `${url.pathname} ${header['X-User']}`,
        header: { 'X-Served-By': 'fake' },
        cookies: ['a=1'],
      }),
    })
    const done = vi.fn<(result: unknown) => void>()
    wx.uploadFile({ ...option, header: { 'X-User': 'ming' }, success: done })
    await wx.fake.advance(0)
    expect(done.mock.calls).toEqual([
      [
        expect.objectContaining({
          data: '/upload ming',
          header: { 'X-Served-By': 'fake', 'Set-Cookie': 'a=1' },
          cookies: ['a=1'],
          errMsg: 'uploadFile:ok',
        }),
      ],
    ])
  })

  it.each([
    ['uploadFile:fail timeout', 5],
    ['uploadFile:fail file not found', 1300002],
    ['uploadFile:fail interrupted', 600003],
    ['uploadFile:fail upload fail:-101:net::ERR_CONNECTION_RESET', 600001],
    ['uploadFile:fail response exceeds 5 bytes', 602300],
  ])('fails with %s, and the number that goes with it', async (errMsg, errno) => {
    const wx = create({ answers: { errMsg } })
    const { events } = watch(wx)
    await wx.fake.advance(0)
    expect(events).toEqual([['fail', errno, errMsg], 'complete'])
  })

  it('says where a script has a failure that no upload has', async () => {
    expect(() => create({ answers: [{ errMsg: 'no' }] })).toThrow(
      new TypeError('Cannot use the errMsg "no" in answers: no failure of uploadFile reads so'),
    )
  })
})

describe('its time', () => {
  it('U-23 sends in steps of fake time, and answers when it is said to', async () => {
    const wx = create({ answers: { durationMs: 1000, delayMs: 500 } })
    const { events } = watch(wx)
    await wx.fake.advance(250)
    expect(events).toEqual([10, 20])
    await wx.fake.advance(750)
    expect(events.slice(2)).toEqual([30, 40, 50, 60, 70, 80, 90, 100])
    await wx.fake.advance(499)
    expect(events).toHaveLength(10)
    await wx.fake.advance(1)
    expect(events.slice(10)).toEqual(['headers 200', ['success', 200, ''], 'complete'])
  })

  it('U-13 runs out as a timeout does', async () => {
    const wx = create({ answers: { delayMs: Infinity } })
    const { events } = watch(wx, { timeout: 3000 })
    await wx.fake.advance(2999)
    expect(events).toEqual([100])
    await wx.fake.advance(1)
    expect(events).toEqual([100, ['fail', 5, 'uploadFile:fail timeout'], 'complete'])
  })

  it('U-29 passes between tries, each of which is a request', async () => {
    const wx = create({ answers: [{ statusCode: 503, header: { 'Retry-After': '9' } }, {}] })
    const { events } = watch(wx, { retry: 1 })
    await wx.fake.advance(8999)
    expect(wx.fake.requests).toHaveLength(1)
    await wx.fake.advance(1001)
    expect(wx.fake.requests).toHaveLength(2)
    expect(events.at(-2)).toEqual(['success', 200, ''])
  })

  it("is that of Vitest's and Jest's fake timers, where they are used", async () => {
    vi.useFakeTimers()
    const wx = createFakeWx({ answers: { durationMs: 1000 } })
    const { events } = watch(wx)
    await vi.advanceTimersByTimeAsync(500)
    expect(events).toEqual([10, 20, 30, 40, 50])
    await vi.advanceTimersByTimeAsync(500)
    expect(events.at(-1)).toBe('complete')
    await expect(wx.fake.advance(1)).rejects.toThrow("createFakeWx({ time: 'manual' })")
  })

  it('U-26 abort() ends an upload on its way', async () => {
    const wx = create({ answers: { durationMs: 1000 } })
    const { task, events } = watch(wx)
    await wx.fake.advance(100)
    task.abort()
    await wx.fake.advance(5000)
    expect(events).toEqual([10, ['fail', 1, 'uploadFile:fail abort'], 'complete'])
  })
})

describe('its rules', () => {
  it("are wx.uploadFile's: arguments, callbacks, task", async () => {
    const wx = create()
    const { events, task } = watch(wx, { url: 5 })
    expect(Object.keys(task)).toEqual([])
    await wx.fake.advance(0)
    expect(events).toEqual([
      [
        'fail',
        1001,
        'uploadFile:fail parameter error: parameter.url should be String instead of Number;',
      ],
      'complete',
    ])
    expect(wx.fake.requests).toEqual([])
  })

  it('U-19 queue what is too much', async () => {
    const wx = create({ answers: { durationMs: 100 }, maxConcurrent: 1 })
    const uploads = [watch(wx), watch(wx)]
    await wx.fake.advance(100)
    expect(uploads.map(({ events }) => events.includes('complete'))).toEqual([true, false])
    expect(wx.fake.requests).toHaveLength(2)
  })

  it('U-09 have the files of the script alone, where it names some', async () => {
    const wx = create({ files: { 'a.jpg': 10 } })
    const uploads = ['a.jpg', 'b.jpg', new Blob(['x'])].map((filePath) => watch(wx, { filePath }))
    await wx.fake.advance(0)
    expect(uploads.map(({ events }) => events.at(-2))).toEqual([
      ['success', 200, ''],
      ['fail', 1300002, 'uploadFile:fail file not found'],
      ['success', 200, ''],
    ])
  })

  it('U-27 choose the images of the script', async () => {
    const wx = create({ images: ['wxfile://tmp_1.jpg', 'wxfile://tmp_2.jpg'] })
    expect(await wx.chooseImage({ count: 1 })).toMatchObject({
      tempFilePaths: ['wxfile://tmp_1.jpg'],
    })
    await expect(create().chooseImage()).rejects.toThrow(UploadError)
  })
})

describe('what it has been asked', () => {
  it('is there as the calls, and as the requests that they led to', async () => {
    const wx = create()
    const formData = { user: 'ming' }
    watch(wx, { formData, filePath: new File(['hello'], 'hello.txt', { type: 'text/plain' }) })
    watch(wx, { method: 'PUT', name: undefined })
    watch(wx, { url: '' })
    await wx.fake.advance(0)
    expect(wx.fake.calls).toMatchObject([
      { formData, name: 'file' },
      { method: 'PUT' },
      { url: '' },
    ])
    expect(wx.fake.requests).toMatchObject([
      {
        method: 'POST',
        url: new URL('https://example.com/upload'),
        header: {},
        files: [{ name: 'file', fileName: 'hello.txt', type: 'text/plain', size: 5 }],
      },
      {
        method: 'PUT',
        files: [{ name: '', fileName: 'photo.jpg', type: '', size: 1024 }],
      },
    ])
  })
})
