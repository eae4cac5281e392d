import type { CaseGroup, ConformanceCase } from '../conformance-case.ts'
import { errnoPage, larkPage, thread, typings, uploadFilePage } from '../sources.ts'
import { expectThat } from '../unmet.ts'
import type { Trial } from '../trial.ts'

const required = [
  ['url', 'missing-url'],
  ['filePath', 'missing-file-path'],
  ['name', 'missing-name'],
] as const

export const argumentCases: CaseGroup = {
  topic: 'Arguments',
  topicZh: '参数',
  cases: [
    ...required.map(([key, id]): ConformanceCase => ({
      id,
      promise: `Without ${key} the upload fails, and nothing is thrown`,
      promiseZh: `缺少 ${key} 时上传失败，而不是抛出异常`,
      sources: [uploadFilePage, errnoPage],
      async run(trial) {
        await failsWithout(trial, key)
      },
    })),
    {
      id: 'wrong-type',
      promise: 'With a url or filePath of another type the upload fails, and nothing is thrown',
      promiseZh: 'url 或 filePath 类型错误时上传失败，而不是抛出异常',
      sources: [typings, larkPage],
      async run(trial) {
        const { url } = trial.exchange({ does: 'answer' })
        for (const option of [{ url: null }, { url: 5 }, { url, filePath: 5 }]) {
          await (await trial.upload(option)).failed()
        }
      },
    },
    {
      id: 'parameter-error-text',
      promise: 'errMsg names the parameter that is missing',
      promiseZh: 'errMsg 说明缺少哪个参数',
      sources: [thread('tencentyun/wafer2-quickstart-nodejs#20'), errnoPage],
      async run(trial) {
        for (const [key] of required) {
          const errMsg = await failsWithout(trial, key)
          expectThat(errMsg.includes(`parameter.${key} should be String instead of Undefined`), {
            expected: `parameter error: parameter.${key} should be String instead of Undefined;`,
            found: errMsg,
          })
        }
      },
    },
    {
      id: 'invalid-url',
      promise: 'With a url that is none the upload fails, and nothing is thrown',
      promiseZh: 'url 无效时上传失败，而不是抛出异常',
      sources: [thread('dcloudio/uni-app#4026'), errnoPage],
      async run(trial) {
        const upload = await trial.upload({ url: 'http://' })
        await upload.failed()
      },
    },
  ],
}

/** Uploads without one of the required parameters. Resolves with `errMsg`. */
async function failsWithout(trial: Trial, key: string): Promise<string> {
  const { url } = trial.exchange({ does: 'answer' })
  const whole = { url, filePath: await trial.file(), name: 'file' }
  const upload = trial.uploadExactly({ ...whole, [key]: undefined })
  return upload.failed()
}
