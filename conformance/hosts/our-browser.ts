import { type Wx, wx } from '@wx-upload/client/browser'
import type { ConformanceHost } from '../suite/conformance-host.ts'

/** The client in a page, as it comes; its files have the temporary paths that `wx.chooseImage` gives. */
export const host: ConformanceHost = {
  uploadFile: (option: Parameters<Wx['uploadFile']>[0]) => wx.uploadFile(option),
  async tempFile({ bytes, name, type }) {
    return wx.tempFiles.add(new File([bytes], name, { type }))
  },
  async goneFile() {
    const path = wx.tempFiles.add(new Blob())
    wx.tempFiles.release(path)
    return path
  },
}
