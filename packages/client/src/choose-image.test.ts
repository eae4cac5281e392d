import { basename } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeEach, describe, expect, it } from 'vitest'
import { createTempFile } from './lib/node/temp-folder.fixture.ts'
import { openRoom } from './neutral-room.fixture.ts'
import {
  type ChooseImageSuccess,
  createWx,
  type Failure,
  type NodeWxConfig,
  type UploadFileSuccess,
} from './node.ts'

let photo: string

beforeEach(async () => {
  photo = await createTempFile('not really a photograph')
})

describe('wx.chooseImage', () => {
  it('U-27 what tempFiles lets go of is not found any more', async () => {
    const wx = createWx({ chooseImage: () => [photo, photo] })
    const { tempFilePaths } = await wx.chooseImage()
    const [first = '', second = ''] = tempFilePaths
    wx.tempFiles.release(first)
    expect(wx.tempFiles.get(first)).toBeUndefined()
    expect(wx.tempFiles.get(second)).toBe(photo)
    wx.tempFiles.release()
    expect(wx.tempFiles.get(second)).toBeUndefined()
  })

  it('U-27 hands out temporary paths that upload as the files behind them', async () => {
    const wx = createWx({ chooseImage: () => [photo, new File(['abc'], 'b.png')] })
    const chosen = await wx.chooseImage()
    expect(chosen.errMsg).toBe('chooseImage:ok')
    expect(chosen.tempFiles.map(({ size }) => size)).toEqual([23, 3])
    expect(chosen.tempFilePaths).toEqual(chosen.tempFiles.map(({ path }) => path))
    expect(chosen.tempFilePaths[0]).toMatch(/^wxfile:\/\/tmp_\w+\.jpg$/)
    const { data } = await new Promise<UploadFileSuccess>((resolve) => {
      wx.uploadFile({
        url: openRoom().url('echo'),
        filePath: chosen.tempFilePaths[0] ?? '',
        name: 'file',
        success: resolve,
      })
    })
    expect(data).toContain(basename(photo))
  })

  it('U-27 a chosen file may be a file: URL, and one that is not there fails as an upload of it would', async () => {
    const chosen = await createWx({ chooseImage: () => [pathToFileURL(photo).href] }).chooseImage()
    expect(chosen.tempFiles.map(({ size }) => size)).toEqual([23])
    const missing = createWx({ chooseImage: () => ['/no/such/photo.jpg'] })
    await expect(missing.chooseImage()).rejects.toMatchObject({
      errMsg: 'chooseImage:fail file not found',
      errno: 1300002,
    })
  })

  it('U-27 hands the chooser what was asked for, and gives no more than count', async () => {
    const asked: unknown[] = []
    const wx = createWx({
      chooseImage(request) {
        asked.push(request)
        return [photo, photo, photo]
      },
    })
    const { tempFilePaths } = await new Promise<ChooseImageSuccess>((resolve) => {
      wx.chooseImage({ count: 2, sourceType: ['camera'], success: resolve })
    })
    expect(tempFilePaths).toHaveLength(2)
    expect(asked).toEqual([
      { count: 2, sizeType: ['original', 'compressed'], sourceType: ['camera'] },
    ])
  })

  it('U-27 cancelling fails with cancel; nobody to ask with errno 100', async () => {
    for (const [config, failure] of [
      [{ chooseImage: () => [] }, { errMsg: 'chooseImage:fail cancel', errno: 1 }],
      [{ chooseImage: () => undefined }, { errMsg: 'chooseImage:fail cancel', errno: 1 }],
      [{}, { errMsg: 'chooseImage:fail jsapi not supported', errno: 100 }],
    ] satisfies [NodeWxConfig, Failure][]) {
      const wx = createWx(config)
      const results: unknown[] = []
      const last = await new Promise<unknown>((resolve) => {
        wx.chooseImage({ fail: (result: Failure) => results.push(result), complete: resolve })
      })
      expect(last).toEqual(failure)
      expect(results).toEqual([failure])
      await expect(wx.chooseImage()).rejects.toMatchObject(failure)
    }
  })
})
