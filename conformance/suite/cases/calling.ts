import type { CaseGroup } from '../conformance-case.ts'
import {
  abortPage,
  diminaTest,
  offHeadersPage,
  offProgressPage,
  onHeadersPage,
  onProgressPage,
  thread,
  typings,
  uploadFilePage,
} from '../sources.ts'
import { expectEqual, expectThat } from '../unmet.ts'
import { findMethod, taskMethods, type UploadEvent } from '../watched-upload.ts'

export const callingCases: CaseGroup = {
  topic: 'Calling',
  topicZh: '调用',
  cases: [
    {
      id: 'task-at-once',
      promise: 'The call returns a task with its five methods',
      promiseZh: '调用立即返回带五个方法的任务对象',
      sources: [
        uploadFilePage,
        abortPage,
        onProgressPage,
        offProgressPage,
        onHeadersPage,
        offHeadersPage,
      ],
      async run(trial) {
        const upload = await trial.upload({ url: trial.exchange({ does: 'answer' }).url })
        for (const method of taskMethods) findMethod(upload.returned, method)
        await upload.ended()
      },
    },
    {
      id: 'task-without-callbacks',
      promise: 'A call without any callback returns the task as well',
      promiseZh: '不传任何回调的调用同样返回任务对象',
      sources: [uploadFilePage, thread('dcloudio/uni-app#3607'), thread('NervJS/taro#11343')],
      async run(trial) {
        const exchange = trial.exchange({ does: 'answer' })
        const filePath = await trial.file()
        const returned = trial.callHost({ url: exchange.url, filePath, name: 'file' })
        if (returned instanceof Promise) returned.catch(() => undefined)
        await exchange.until(
          ({ requests }) => requests.some(({ isWhole }) => isWhole),
          'the upload to arrive',
        )
        for (const method of taskMethods) findMethod(returned, method)
      },
    },
    {
      id: 'callbacks-later',
      promise: 'No callback runs before the call has returned',
      promiseZh: '调用返回之前不会运行任何回调',
      sources: [onProgressPage],
      async run(trial) {
        const { url } = trial.exchange({ does: 'answer' })
        for (const option of [{ url }, { url: trial.closedUrl }]) {
          const before = await trial.upload(option)
          const early: UploadEvent[] = [...before.events]
          expectEqual(early, [], 'events before the call has returned')
          await before.ended()
        }
      },
    },
    {
      id: 'success-once',
      promise: 'success runs once, fail does not, and complete runs after it',
      promiseZh: 'success 只运行一次，fail 不运行，随后运行 complete',
      sources: [uploadFilePage],
      async run(trial) {
        const upload = await trial.upload({ url: trial.exchange({ does: 'answer' }).url })
        await upload.completed()
        await trial.calm()
        expectEqual(typesOf(upload.events), ['success', 'complete'], 'the callbacks')
      },
    },
    {
      id: 'fail-once',
      promise: 'fail runs once, success does not, and complete runs after it',
      promiseZh: 'fail 只运行一次，success 不运行，随后运行 complete',
      sources: [uploadFilePage],
      async run(trial) {
        const upload = await trial.upload({ url: trial.closedUrl })
        await upload.completed()
        await trial.calm()
        expectEqual(typesOf(upload.events), ['fail', 'complete'], 'the callbacks')
      },
    },
    {
      id: 'complete-same-result',
      promise: 'complete is given what success or fail was given',
      promiseZh: 'complete 收到与 success 或 fail 相同的结果',
      sources: [typings, diminaTest],
      async run(trial) {
        const { url } = trial.exchange({ does: 'answer' })
        for (const option of [{ url }, { url: trial.closedUrl }]) {
          const upload = await trial.upload(option)
          await upload.completed()
          const [ended, completed] = upload.events
          expectEqual(completed?.value, ended?.value, 'for complete')
        }
      },
    },
    {
      id: 'throwing-callback',
      promise: 'complete runs where success or fail throws',
      promiseZh: 'success 或 fail 抛出异常时仍运行 complete',
      sources: [uploadFilePage, diminaTest],
      async run(trial) {
        const { url } = trial.exchange({ does: 'answer' })
        for (const option of [{ url }, { url: trial.closedUrl }]) {
          const upload = await trial.upload({ ...option, success: fail, fail })
          await upload.completed()
        }
      },
    },
    {
      id: 'throwing-listener',
      promise: 'A listener that throws stops neither the others nor the upload',
      promiseZh: '监听函数抛出异常不影响其他监听函数，也不影响上传',
      sources: [onProgressPage, diminaTest],
      async run(trial) {
        const upload = await trial.upload({ url: trial.exchange({ does: 'answer' }).url })
        upload.call('onProgressUpdate', fail)
        upload.watchProgress()
        await upload.succeeded()
        await upload.completed()
        expectThat(upload.has('progress'), {
          expected: 'the second listener to be called',
          found: 'only the one that throws was',
        })
      },
    },
  ],
}

function typesOf(events: readonly UploadEvent[]): readonly string[] {
  return events.map(({ type }) => type)
}

function fail(): never {
  throw new Error('thrown by the conformance suite on purpose')
}
