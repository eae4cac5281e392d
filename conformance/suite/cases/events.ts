import type { CaseGroup } from '../conformance-case.ts'
import {
  offHeadersPage,
  offProgressPage,
  onHeadersPage,
  onProgressPage,
  typings,
} from '../sources.ts'
import type { Trial } from '../trial.ts'
import { expectEqual, expectThat } from '../unmet.ts'
import { toRecord, type WatchedUpload } from '../watched-upload.ts'
import { expectTrace } from './results.ts'

const fileBytes = 3 * 1024 * 1024

export const eventCases: CaseGroup = {
  topic: 'Events',
  topicZh: '事件',
  cases: [
    {
      id: 'progress-fields',
      promise: 'Progress has a percentage, the bytes sent and their total',
      promiseZh: '进度包含百分比、已发送字节数和总字节数',
      sources: [onProgressPage, typings],
      async run(trial) {
        const { values, requestBytes } = await uploadWithProgress(trial)
        for (const { progress, sent, total } of values) {
          expectThat([progress, sent, total].every(Number.isFinite), {
            expected: 'three numbers',
            found: { progress, sent, total },
          })
          // Whether the form around the file counts is said nowhere.
          expectThat(total >= fileBytes && total <= requestBytes, {
            expected: `a total from ${fileBytes} to ${requestBytes}`,
            found: total,
          })
        }
      },
    },
    {
      id: 'progress-rises',
      promise: 'Progress is from 0 to 100, whole, and never goes back',
      promiseZh: '进度为 0 到 100 的整数，从不后退',
      sources: [onProgressPage],
      async run(trial) {
        const { values } = await uploadWithProgress(trial)
        const found = values.map(({ progress }) => progress)
        expectThat(
          values.every(
            ({ progress, sent, total }, at) =>
              Number.isInteger(progress) &&
              progress >= (found[at - 1] ?? 0) &&
              progress <= 100 &&
              sent >= (values[at - 1]?.sent ?? 0) &&
              sent <= total,
          ),
          { expected: 'whole numbers that rise to 100 at most', found },
        )
      },
    },
    {
      id: 'progress-100',
      promise: 'Progress ends with 100, once, before success',
      promiseZh: '进度最后到达 100，只有一次，且在 success 之前',
      sources: [onProgressPage, typings],
      async run(trial) {
        const { values, upload } = await uploadWithProgress(trial)
        const last = values.at(-1)
        expectEqual([last?.progress, last?.sent], [100, last?.total], 'the last progress')
        expectEqual(values.filter(({ progress }) => progress === 100).length, 1, 'times at 100:')
        const types = upload.events.map(({ type }) => type)
        expectThat(types.lastIndexOf('progress') < types.indexOf('success'), {
          expected: 'no progress after success',
          found: types.join(', '),
        })
      },
    },
    {
      id: 'progress-off',
      promise: 'offProgressUpdate(listener) removes it and no other',
      promiseZh: 'offProgressUpdate(listener) 只移除该监听函数',
      sources: [offProgressPage],
      async run(trial) {
        await removesListener(trial, 'onProgressUpdate', 'offProgressUpdate')
      },
    },
    {
      id: 'progress-off-all',
      promise: 'offProgressUpdate() removes all listeners',
      promiseZh: 'offProgressUpdate() 移除所有监听函数',
      sources: [offProgressPage],
      async run(trial) {
        await removesAll(trial, 'onProgressUpdate', 'offProgressUpdate')
      },
    },
    {
      id: 'headers-first',
      promise: 'onHeadersReceived hears of the headers before the body is whole',
      promiseZh: '响应体完整之前就触发 onHeadersReceived',
      sources: [onHeadersPage],
      async run(trial) {
        const exchange = trial.exchange({ does: 'hold-body', body: 'late' })
        const upload = await trial.upload({ url: exchange.url })
        upload.watchHeaders()
        await trial.waitFor(() => upload.has('headers'), 'the event of the headers')
        expectThat(!upload.has('success'), {
          expected: 'the headers before success',
          found: 'success before them',
        })
        await exchange.release()
        const { data } = await upload.succeeded()
        expectEqual(data, 'late', 'data')
        expectEqual(upload.valuesOf('headers').length, 1, 'events of the headers:')
      },
    },
    {
      id: 'headers-object',
      promise: 'onHeadersReceived is given the header as an object',
      promiseZh: 'onHeadersReceived 收到的 header 是一个对象',
      sources: [onHeadersPage],
      async run(trial) {
        const { url } = trial.exchange({ does: 'answer', header: [['X-Trace', 'a1']] })
        const upload = await trial.upload({ url })
        upload.watchHeaders()
        await upload.succeeded()
        const [received] = upload.valuesOf('headers')
        expectTrace(toRecord(received)['header'])
      },
    },
    {
      id: 'headers-off',
      promise: 'offHeadersReceived(listener) removes it and no other',
      promiseZh: 'offHeadersReceived(listener) 只移除该监听函数',
      sources: [offHeadersPage],
      async run(trial) {
        await removesListener(trial, 'onHeadersReceived', 'offHeadersReceived')
      },
    },
    {
      id: 'headers-off-all',
      promise: 'offHeadersReceived() removes all listeners',
      promiseZh: 'offHeadersReceived() 移除所有监听函数',
      sources: [offHeadersPage],
      async run(trial) {
        await removesAll(trial, 'onHeadersReceived', 'offHeadersReceived')
      },
    },
  ],
}

type On = 'onProgressUpdate' | 'onHeadersReceived'
type Off = 'offProgressUpdate' | 'offHeadersReceived'

interface Progress {
  readonly progress: number
  readonly sent: number
  readonly total: number
}

/** Uploads a file that takes a while, and resolves with what was told of it. */
async function uploadWithProgress(
  trial: Trial,
): Promise<{ values: readonly Progress[]; requestBytes: number; upload: WatchedUpload }> {
  const exchange = trial.exchange({ does: 'answer' })
  const filePath = await trial.file({ bytes: new Uint8Array(fileBytes) })
  const upload = await trial.upload({ url: exchange.url, filePath })
  upload.watchProgress()
  await upload.succeeded()
  await trial.calm()
  const { requests } = await exchange.seen()
  const values = upload.valuesOf('progress').map(readProgress)
  expectThat(values.length > 0, { expected: 'progress', found: 'none' })
  return { values, requestBytes: requests[0]?.bodyBytes ?? 0, upload }
}

/** Either pair of names counts: the page's table has one of them, its sample the other. */
function readProgress(value: unknown): Progress {
  const record = toRecord(value)
  return {
    progress: Number(record['progress']),
    sent: Number(record['totalBytesSent'] ?? record['totalBytesWritten']),
    total: Number(record['totalBytesExpectedToSend'] ?? record['totalBytesExpectedToWrite']),
  }
}

async function removesListener(trial: Trial, on: On, off: Off): Promise<void> {
  const upload = await trial.upload({ url: trial.exchange({ does: 'answer' }).url })
  const called = { removed: 0, kept: 0 }
  const removed = (): void => void (called.removed += 1)
  upload.call(on, removed)
  upload.call(on, () => void (called.kept += 1))
  upload.call(off, removed)
  await upload.succeeded()
  await trial.calm()
  expectThat(called.removed === 0 && called.kept > 0, {
    expected: 'the other listener alone to be called',
    found: `the removed one called ${called.removed} times, the other one ${called.kept} times`,
  })
}

async function removesAll(trial: Trial, on: On, off: Off): Promise<void> {
  const upload = await trial.upload({ url: trial.exchange({ does: 'answer' }).url })
  let removedCalls = 0
  let laterCalls = 0
  upload.call(on, () => void (removedCalls += 1))
  upload.call(on, () => void (removedCalls += 1))
  upload.call(off)
  upload.call(on, () => void (laterCalls += 1))
  await upload.succeeded()
  await trial.calm()
  expectThat(removedCalls === 0 && laterCalls > 0, {
    expected: 'only the listener that was added later to be called',
    found: `removed ones called ${removedCalls} times, the later one ${laterCalls} times`,
  })
}
