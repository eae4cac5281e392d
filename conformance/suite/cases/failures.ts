import type { CaseGroup } from '../conformance-case.ts'
import {
  errnoPage,
  fileNotFoundThread,
  netErrors,
  netErrorThread,
  timeoutThread,
  typings,
  uploadFilePage,
} from '../sources.ts'
import { expectThat } from '../unmet.ts'
import { toRecord } from '../watched-upload.ts'

export const failureCases: CaseGroup = {
  topic: 'Failures',
  topicZh: '失败',
  cases: [
    {
      id: 'refused',
      promise: 'A connection that is refused is a failure',
      promiseZh: '连接被拒绝是失败',
      sources: [uploadFilePage, netErrors],
      async run(trial) {
        await (await trial.upload({ url: trial.closedUrl })).failed()
      },
    },
    {
      id: 'reset',
      promise: 'A connection that is reset is a failure',
      promiseZh: '连接被重置是失败',
      sources: [netErrorThread, timeoutThread],
      async run(trial) {
        await (await trial.upload({ url: trial.exchange({ does: 'reset' }).url })).failed()
      },
    },
    {
      id: 'cut-short',
      promise: 'An answer that is cut short is a failure, not a success',
      promiseZh: '不完整的回答是失败，而不是成功',
      sources: [netErrors, netErrorThread],
      async run(trial) {
        for (const does of ['cut', 'cut-chunks'] as const) {
          await (await trial.upload({ url: trial.exchange({ does }).url })).failed()
        }
      },
    },
    {
      id: 'reason',
      promise: 'A failure of the network has a reason, in errMsg or as a number',
      promiseZh: '网络失败说明原因，写在 errMsg 中或为错误码',
      sources: [netErrorThread, timeoutThread, errnoPage],
      async run(trial) {
        const upload = await trial.upload({ url: trial.closedUrl })
        const errMsg = await upload.failed()
        const { errno, errCode } = toRecord(upload.valuesOf('fail')[0])
        const isText = /^uploadFile:fail (?!undefined|null|\[object)\S/.test(errMsg)
        // The platform says errno, and uni-app errCode.
        expectThat(isText || typeof (errno ?? errCode) === 'number', {
          expected: 'uploadFile:fail and a reason, or a number',
          found: errMsg,
        })
      },
    },
    {
      id: 'timeout',
      promise: 'timeout ends an upload that is not answered, and errMsg says so',
      promiseZh: 'timeout 结束没有得到回答的上传，errMsg 说明超时',
      sources: [typings, timeoutThread, errnoPage],
      async run(trial) {
        const { url } = trial.exchange({ does: 'hold' })
        const errMsg = await (await trial.upload({ url, timeout: 300 })).failed()
        expectThat(/time ?out|timed out|超时/i.test(errMsg), {
          expected: 'uploadFile:fail timeout',
          found: errMsg,
        })
      },
    },
    {
      id: 'no-such-file',
      promise: 'A temporary path whose file is gone is a failure',
      promiseZh: '临时路径的文件已不存在时失败',
      sources: [fileNotFoundThread],
      async run(trial) {
        const filePath = await trial.goneFile()
        const { url } = trial.exchange({ does: 'answer' })
        await (await trial.upload({ url, filePath })).failed()
      },
    },
  ],
}
