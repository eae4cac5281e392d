/**
 * U-02 Our types stand in for the platform's own, as `miniprogram-api-typings` publishes them.
 *
 * Nothing here runs: the file compiles, or a promise is broken.
 */
import { createWx } from './node.ts'
import type { UploadFileSuccess, UploadProgress, UploadTask } from './node.ts'

const ours = createWx()

export const uploadFile: unknown = ours.uploadFile satisfies WechatMiniprogram.Wx['uploadFile']

/** Code written against the platform's types takes our task and our results. */
export function onPhone(
  task: UploadTask,
  result: UploadFileSuccess,
  event: UploadProgress,
): unknown {
  return [
    task satisfies WechatMiniprogram.UploadTask,
    result satisfies WechatMiniprogram.UploadFileSuccessCallbackResult,
    event satisfies WechatMiniprogram.UploadTaskOnProgressUpdateListenerResult,
  ]
}

/** The API page's own call, typed by the platform, runs on our `wx`. */
export function sample(option: WechatMiniprogram.UploadFileOption): void {
  const task: WechatMiniprogram.UploadTask = ours.uploadFile(option)
  task.onProgressUpdate((res) => console.log(res.progress, res.totalBytesSent))
  task.offHeadersReceived()
  task.abort()
}

/** So does a call of `chooseImage`, with callbacks or without. */
export async function choose(option: WechatMiniprogram.ChooseImageOption): Promise<string[]> {
  void ours.chooseImage(option)
  const chosen = await ours.chooseImage()
  return (chosen satisfies WechatMiniprogram.ChooseImageSuccessCallbackResult).tempFilePaths
}
