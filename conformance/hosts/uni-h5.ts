import { chooseFile, uploadFile } from '@dcloudio/uni-h5'
import type { ConformanceHost, FileContent } from '../suite/conformance-host.ts'

// What `uni build` writes into an app; of it uploads read the router, to tell paths of the app, and the timeout.
Object.assign(globalThis, {
  __uniConfig: {
    router: { mode: 'hash', base: '/', assets: 'assets', routerBase: '/' },
    networkTimeout: {
      request: 60_000,
      connectSocket: 60_000,
      uploadFile: 60_000,
      downloadFile: 60_000,
    },
    locales: {},
    fallbackLocale: '',
  },
  __uniRoutes: [],
})

/**
 * uni-app's H5, as it is on npm; its files are chosen with `uni.chooseFile`, which knows the name of what it hands out.
 */
export const host: ConformanceHost = {
  uploadFile,
  tempFile: choose,
  async goneFile() {
    const path = URL.createObjectURL(new Blob())
    URL.revokeObjectURL(path)
    return path
  },
}

/** Chooses a file as a user would, in the input that `uni.chooseFile` adds to the page. */
function choose({ bytes, name, type }: FileContent): Promise<string> {
  return new Promise((resolve, reject) => {
    chooseFile({
      count: 1,
      success: ({ tempFilePaths: [path = ''] }) => resolve(path),
      fail: reject,
    })
    const input = [...document.querySelectorAll<HTMLInputElement>('input[type=file]')].at(-1)
    const chosen = new DataTransfer()
    chosen.items.add(new File([bytes], name, { type }))
    if (!input) throw new Error('uni.chooseFile added no input to the page')
    input.files = chosen.files
    input.dispatchEvent(new Event('change'))
  })
}
