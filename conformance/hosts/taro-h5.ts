import { uploadFile } from '@tarojs/taro-h5'
import type { ConformanceHost } from '../suite/conformance-host.ts'

/** Taro's H5, as it is on npm; its files have the `blob:` URLs that `Taro.chooseImage` gives in a page. */
export const host: ConformanceHost = {
  uploadFile,
  async tempFile({ bytes, name, type }) {
    return URL.createObjectURL(new File([bytes], name, { type }))
  },
  async goneFile() {
    const path = URL.createObjectURL(new Blob())
    URL.revokeObjectURL(path)
    return path
  },
}
