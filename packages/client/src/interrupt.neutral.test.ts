import { createWx, type Failure, type UploadFileSuccess, uploadFileAsync } from '@wx-upload/client'
import { describe, expect, it } from 'vitest'
import { openRoom } from './neutral-room.fixture.ts'
import { photo } from './neutral-upload.fixture.ts'

type End = UploadFileSuccess | Failure

const interrupted = { errMsg: 'uploadFile:fail interrupted', errno: 600003 }

function createApp(maxConcurrent = 10) {
  const wx = createWx({ maxConcurrent })
  const upload = (url: string, option: object = {}): Promise<End> =>
    new Promise((complete) => {
      wx.uploadFile({ url, filePath: photo, name: 'file', ...option, complete })
    })
  return { wx, upload }
}

describe('a host whose app leaves the foreground', () => {
  it('U-31 interrupt() ends all uploads that run or wait, and closes their connections', async () => {
    const { wx, upload } = createApp(2)
    const room = openRoom()
    const ends = Array.from({ length: 4 }, () => upload(room.url('hold')))
    const running = async () => (await room.state()).running
    await expect.poll(running, { timeout: 30_000 }).toBe(2)
    wx.interrupt()
    expect(await Promise.all(ends)).toEqual(ends.map(() => interrupted))
    await expect.poll(running, { timeout: 30_000 }).toBe(0)
    expect(await room.state()).toMatchObject({ requests: 2 })
  })

  it('U-31 what is called until resume() fails the same, and sends nothing; then all is as before', async () => {
    const { wx, upload } = createApp()
    const room = openRoom()
    wx.interrupt()
    expect(await upload(room.url('echo'))).toEqual(interrupted)
    expect(await upload('')).toMatchObject({ errno: 1001 })
    expect(await room.state()).toMatchObject({ requests: 0 })
    wx.resume()
    expect(await upload(room.url('echo'))).toMatchObject({ errMsg: 'uploadFile:ok' })
  })

  it('U-31 either of them twice does nothing more, and an upload of before is not interrupted again', async () => {
    const { wx, upload } = createApp()
    const room = openRoom()
    wx.resume()
    const end = upload(room.url('echo'))
    wx.resume()
    expect(await end).toMatchObject({ errMsg: 'uploadFile:ok' })
    wx.interrupt()
    wx.interrupt()
    wx.resume()
    expect(await upload(room.url('echo'))).toMatchObject({ errMsg: 'uploadFile:ok' })
    wx.interrupt()
    expect(await upload(room.url('echo'))).toEqual(interrupted)
  })

  it('U-31 the reason is the cause of the error', async () => {
    const { wx } = createApp()
    const reason = new Error('the screen is off')
    wx.interrupt(reason)
    const option = { url: openRoom().url('echo'), filePath: photo, name: 'file' }
    await expect(uploadFileAsync(option, { wx })).rejects.toMatchObject({
      ...interrupted,
      cause: reason,
    })
  })

  it('U-31 no upload is tried again behind its back', async () => {
    const { wx, upload } = createApp()
    const room = openRoom()
    const end = upload(room.url('at-first/503-1-30'), { retry: 1, timeout: Infinity })
    const requests = async () => (await room.state()).requests
    await expect.poll(requests, { timeout: 30_000 }).toBe(1)
    wx.interrupt()
    expect(await end).toEqual(interrupted)
    expect(await requests()).toBe(1)
  })
})
