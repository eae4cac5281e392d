// What is tried of the peers, which are installed for `npm run conformance` alone.

declare module '@tarojs/taro-h5' {
  export function uploadFile(option: Readonly<Record<string, unknown>>): unknown
}

declare module '@dcloudio/uni-h5' {
  export function uploadFile(option: Readonly<Record<string, unknown>>): unknown
  export function chooseFile(option: {
    count: number
    success: (result: { tempFilePaths: string[] }) => void
    fail: (error: unknown) => void
  }): void
}
