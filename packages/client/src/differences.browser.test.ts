import { createWx } from '@wx-upload/client'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Echo, openRoom, valuesOf } from './neutral-room.fixture.ts'
import { echoOf, photo, upload, watch } from './neutral-upload.fixture.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('what a browser hides', () => {
  it.each(['silence', 'reset', 'cut-length', 'cut-chunks'])(
    'U-22 the reason of a network failure: %s is -2 like any other',
    async (behaviour) => {
      const { errMsg, errno } = await upload({ url: openRoom().url(behaviour) })
      expect([errMsg, errno]).toEqual(['uploadFile:fail upload fail:-2:net::ERR_FAILED', 600001])
    },
  )

  it('U-22 whether a server refused the connection or has no name', async () => {
    for (const url of ['https://127.0.0.1:2/', 'https://nothing.invalid/']) {
      const { errMsg } = await upload({ url })
      expect(errMsg).toBe('uploadFile:fail upload fail:-2:net::ERR_FAILED')
    }
  })

  it('U-22 but not that it is offline', async () => {
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
    const { errMsg, errno } = await upload({ url: 'https://127.0.0.1:2/' })
    expect([errMsg, errno]).toEqual([
      'uploadFile:fail upload fail:-106:net::ERR_INTERNET_DISCONNECTED',
      600001,
    ])
  })

  it('U-03 U-22 that somebody has stopped the page, which ends the upload like a broken network', async () => {
    const { events, ended } = watch({ url: openRoom().url('hold'), timeout: Infinity })
    await expect.poll(() => events, { timeout: 30_000 }).toContain('progress')
    window.stop()
    expect(await ended).toEqual({
      errMsg: 'uploadFile:fail upload fail:-2:net::ERR_FAILED',
      errno: 600001,
    })
    expect(events).toEqual(['progress', 'fail', 'complete'])
  })

  it('U-24 how the server wrote the names of its headers, and its cookies', async () => {
    const { header = {}, cookies } = await upload({})
    expect(header['x-echo']).toBe('one, two')
    expect(Object.keys(header).filter((name) => name !== name.toLowerCase())).toEqual([])
    expect(header['set-cookie']).toBeUndefined()
    expect(cookies).toEqual([])
  })

  it('U-30 who answered, and how a server was reached that does not allow to know it', async () => {
    const { profile } = await upload({})
    expect(profile).toMatchObject({ peerIP: '', port: 0, protocol: 'unknown', connectStart: 0 })
    const order = [
      profile?.invokeStart,
      profile?.queueEnd,
      profile?.fetchStart,
      profile?.requestStart,
      profile?.requestEnd,
      profile?.responseStart,
      profile?.responseEnd,
    ]
    expect(order).toEqual(order.toSorted((a = 0, b = 0) => a - b))
  })

  it('U-17 that it has followed a redirect', async () => {
    const followed = await upload({ url: openRoom().url('redirect/307') })
    const again: Echo = JSON.parse(followed.data ?? '')
    expect(again).toMatchObject({ method: 'POST' })
    expect(again.body).toContain('not really a photograph')
    const other = await upload({ url: openRoom().url('redirect/303') })
    expect(JSON.parse(other.data ?? '')).toMatchObject({ method: 'GET', bodyBytes: 0 })
    expect([followed.errMsg, other.errMsg]).toEqual(['uploadFile:ok', 'uploadFile:ok'])
  })
})

describe('what a browser keeps for itself', () => {
  it('U-11 some headers more, which are left out with a warning', async () => {
    const header = {
      Cookie: 'a=1',
      Origin: 'https://other.example',
      'Accept-Encoding': 'br',
      'Sec-Fetch-Mode': 'x',
      'Proxy-Authorization': 'x',
      'X-Mine': 'stays',
    }
    const { data, warnings } = await upload({ header })
    const echo: Echo = JSON.parse(data ?? '')
    expect(echo.header).toContainEqual(['X-Mine', 'stays'])
    expect(warnings).toEqual(
      ['Cookie', 'Origin', 'Accept-Encoding', 'Sec-Fetch-Mode', 'Proxy-Authorization'].map(
        (name) => `uploadFile: header "${name}" cannot be set and is left out: the browser sets it`,
      ),
    )
  })

  it('U-11 the User-Agent, in Chromium, which says nothing of it', async () => {
    const { data, warnings } = await upload({ header: { 'User-Agent': 'mine' } })
    const echo: Echo = JSON.parse(data ?? '')
    expect(valuesOf(echo, 'user-agent')).toEqual([navigator.userAgent])
    expect(warnings).toEqual([])
  })

  it('U-11 the Referer, so that a configured one is left out with a warning', async () => {
    const warnings: string[] = []
    createWx({ referer: 'https://example.com/', warn: (message) => warnings.push(message) })
    expect(warnings).toEqual(['createWx: referer is left out: the browser sets it'])
  })

  it('U-09 the files of the machine: a path is not found, and a warning says why', async () => {
    const { errMsg, errno, warnings } = await upload({ filePath: 'photo.jpg' })
    expect([errMsg, errno]).toEqual(['uploadFile:fail file not found', 1300002])
    expect(warnings).toEqual([
      'uploadFile: a browser cannot read the path "photo.jpg": give a File, or what chooseImage gave',
    ])
  })
})

describe('withCredentials', () => {
  it('U-29 sends the cookies that the user has there, and without it none', async () => {
    // The page's own site, and another origin: what is of other sites, browsers may keep to themselves.
    const url = openRoom().url('credentials').replace('127.0.0.1', location.hostname)
    await (await fetch(url, { method: 'POST', credentials: 'include' })).text()
    expect(valuesOf(await echoOf({ url, withCredentials: true }), 'cookie')).toEqual([
      expect.stringContaining('a=1'),
    ])
    for (const withCredentials of [undefined, false]) {
      expect(valuesOf(await echoOf({ url, withCredentials }), 'cookie')).toEqual([])
    }
  })

  it('U-29 fails where the server lets every page read its answers', async () => {
    const { errMsg } = await upload({ withCredentials: true })
    expect(errMsg).toBe('uploadFile:fail upload fail:-2:net::ERR_FAILED')
  })
})

describe('filePath in a browser', () => {
  it('U-09 may be a blob: URL, as long as it lives', async () => {
    const url = URL.createObjectURL(photo)
    const echo = await echoOf({ filePath: url, fileName: 'a.jpg' })
    expect(echo.body).toContain('filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\nnot really')
    URL.revokeObjectURL(url)
    const { errMsg, errno, events } = await upload({ filePath: url })
    expect([errMsg, errno]).toEqual(['uploadFile:fail file not found', 1300002])
    expect(events).toEqual(['fail', 'complete'])
  })

  it('U-09 may be a data: URL', async () => {
    const echo = await echoOf({ filePath: 'data:text/plain;base64,aGVsbG8=' })
    expect(echo.body).toContain('filename="blob"\r\nContent-Type: text/plain\r\n\r\nhello\r\n')
    const { errno } = await upload({ filePath: 'data:nothing' })
    expect(errno).toBe(1300002)
  })

  it('U-09 U-27 may be a temporary path, whose file keeps its name and type', async () => {
    const wx = createWx()
    const path = wx.tempFiles.add(new File(['x'], '照片 1.png', { type: 'image/png' }))
    expect(path).toMatch(/^wxfile:\/\/tmp_\w{32}\.png$/)
    function send(): Promise<{ data?: string; errMsg: string }> {
      return new Promise((resolve) => {
        wx.uploadFile({
          url: openRoom().url('echo'),
          filePath: path,
          name: 'file',
          complete: resolve,
        })
      })
    }
    const { data = '' } = await send()
    const echo: Echo = JSON.parse(data)
    expect(echo.body).toContain('filename="照片 1.png"\r\nContent-Type: image/png\r\n')
    wx.tempFiles.release(path)
    expect(await send()).toEqual({ errMsg: 'uploadFile:fail file not found', errno: 1300002 })
  })

  it('U-09 U-12 may be of another window, as a date of formData may be', async () => {
    const frame = document.createElement('iframe')
    document.body.append(frame)
    const other = frame.contentWindow
    if (other === null) throw new Error('the frame has no window')
    // What a window has, TypeScript knows of the global one alone.
    const { File: OtherFile, Date: OtherDate } = other as Window & typeof globalThis
    const filePath = new OtherFile(['hello'], 'other.txt', { type: 'text/plain' })
    expect(filePath).not.toBeInstanceOf(File)
    const echo = await echoOf({ filePath, formData: { when: new OtherDate(0) } })
    expect(echo.body).toContain('filename="other.txt"\r\nContent-Type: text/plain\r\n\r\nhello\r\n')
    expect(echo.body).toContain('name="when"\r\n\r\n1970-01-01T00:00:00.000Z\r\n')
    frame.remove()
  })

  it('U-09 may be empty', async () => {
    const { data, progress } = await upload({ filePath: new File([], 'empty.txt') })
    const echo: Echo = JSON.parse(data ?? '')
    expect(echo.body).toContain('filename="empty.txt"')
    expect(progress.at(-1)).toMatchObject({ progress: 100, totalBytesSent: echo.bodyBytes })
  })
})

describe('in a browser', () => {
  it('U-04 what a callback or a listener throws is reported, and stops nothing', async () => {
    const reported: unknown[] = []
    vi.spyOn(globalThis, 'reportError').mockImplementation((error) => void reported.push(error))
    const { task, ended } = watch({})
    task.onProgressUpdate(() => {
      throw new Error('in a listener')
    })
    expect(await ended).toMatchObject({ statusCode: 200 })
    expect(reported).toContainEqual(new Error('in a listener'))
  })

  it('U-27 tempFiles lets go of one, or of all', () => {
    const { tempFiles } = createWx()
    const [first = '', second = ''] = [photo, photo].map((file) => tempFiles.add(file))
    expect(first).not.toBe(second)
    tempFiles.release(first)
    expect(tempFiles.get(first)).toBeUndefined()
    expect(tempFiles.get(second)).toBe(photo)
    tempFiles.release()
    expect(tempFiles.get(second)).toBeUndefined()
  })
})
