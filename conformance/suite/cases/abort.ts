import type { CaseGroup } from '../conformance-case.ts'
import { abortPage, alipayPage, diminaTest, thread } from '../sources.ts'
import type { Exchange, Trial } from '../trial.ts'
import { expectEqual, expectThat } from '../unmet.ts'
import type { WatchedUpload } from '../watched-upload.ts'

export const abortCases: CaseGroup = {
  topic: 'Abort',
  topicZh: '中断',
  cases: [
    {
      id: 'abort-under-way',
      promise: 'An upload that is aborted fails with uploadFile:fail abort',
      promiseZh: '中断的上传以 uploadFile:fail abort 失败',
      sources: [abortPage, alipayPage],
      async run(trial) {
        const { upload } = await beginHeldUpload(trial)
        upload.call('abort')
        expectEqual(await upload.failed(), 'uploadFile:fail abort', 'errMsg')
        await upload.completed()
      },
    },
    {
      id: 'abort-closes',
      promise: 'The connection of an upload that is aborted is closed',
      promiseZh: '中断的上传，其连接被关闭',
      sources: [abortPage, thread('TencentCloudBase/tcb-js-sdk#12')],
      async run(trial) {
        const { upload, exchange } = await beginHeldUpload(trial)
        upload.call('abort')
        await exchange.until(
          ({ requests }) => requests.some(({ isAbandoned }) => isAbandoned),
          'the connection to be closed',
        )
      },
    },
    {
      id: 'abort-at-once',
      promise: 'An upload that is aborted right after the call fails, and is not sent',
      promiseZh: '调用后立即中断的上传会失败，不会被发送',
      sources: [abortPage, thread('NervJS/taro#7448')],
      async run(trial) {
        const exchange = trial.exchange({ does: 'answer' })
        const upload = await trial.upload({ url: exchange.url })
        upload.call('abort')
        expectEqual(await upload.failed(), 'uploadFile:fail abort', 'errMsg')
        await trial.calm()
        const { requests } = await exchange.seen()
        expectEqual(requests.filter(({ isWhole }) => isWhole).length, 0, 'uploads that arrive:')
      },
    },
    {
      id: 'abort-silences',
      promise: 'After abort() nothing but fail and complete comes',
      promiseZh: 'abort() 之后只会有 fail 和 complete',
      sources: [abortPage, diminaTest],
      async run(trial) {
        const exchange = trial.exchange({ does: 'answer' })
        const filePath = await trial.file({ bytes: new Uint8Array(16 * 1024 * 1024) })
        const upload = await trial.upload({ url: exchange.url, filePath })
        let afterAbort = 0
        upload.watchProgress()
        upload.call('onProgressUpdate', () => {
          afterAbort ||= upload.events.length
          upload.call('abort')
        })
        await upload.failed()
        await upload.completed()
        await trial.calm()
        const types = upload.events.slice(afterAbort).map(({ type }) => type)
        expectEqual(types, ['fail', 'complete'], 'after abort():')
      },
    },
    {
      id: 'abort-again',
      promise: 'abort() again, and after the end, does nothing',
      promiseZh: '再次 abort() 或结束后 abort() 没有作用',
      sources: [abortPage],
      async run(trial) {
        const { upload } = await beginHeldUpload(trial)
        upload.call('abort')
        upload.call('abort')
        await upload.failed()
        const ended = await trial.upload({ url: trial.exchange({ does: 'answer' }).url })
        await ended.succeeded()
        ended.call('abort')
        await trial.calm()
        const found = [upload, ended].map(({ events }) => events.map(({ type }) => type))
        expectEqual(
          found,
          [
            ['fail', 'complete'],
            ['success', 'complete'],
          ],
          'the callbacks',
        )
      },
    },
  ],
}

/** An upload that has arrived whole and is not answered. */
async function beginHeldUpload(
  trial: Trial,
): Promise<{ upload: WatchedUpload; exchange: Exchange }> {
  const exchange = trial.exchange({ does: 'hold' })
  const upload = await trial.upload({ url: exchange.url })
  await exchange.until(
    ({ requests }) => requests.some(({ isWhole }) => isWhole),
    'the upload to arrive',
  )
  expectThat(upload.events.length === 0, { expected: 'nothing yet', found: upload.events })
  return { upload, exchange }
}
