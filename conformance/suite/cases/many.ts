import type { CaseGroup } from '../conformance-case.ts'
import { networkPage, tenAtOnce, uploadFilePage } from '../sources.ts'
import type { Exchange, Trial } from '../trial.ts'
import { expectEqual, expectThat } from '../unmet.ts'
import type { WatchedUpload } from '../watched-upload.ts'

export const manyCases: CaseGroup = {
  topic: 'Many at once',
  topicZh: '并发',
  cases: [
    {
      id: 'thirty-at-once',
      promise: 'Of thirty uploads that begin at once each ends once, with success',
      promiseZh: '同时开始的三十个上传各自成功一次',
      sources: [networkPage, tenAtOnce],
      async run(trial) {
        const uploads = await beginMany(trial, trial.exchange({ does: 'answer' }), 30)
        for (const upload of uploads) await upload.succeeded()
        await trial.calm()
        const ends = uploads.map(({ events }) => events.map(({ type }) => type).join(' '))
        expectEqual([...new Set(ends)], ['success complete'], 'the callbacks')
      },
    },
    {
      id: 'ten-at-once',
      promise: 'At most ten run at once, and the rest wait',
      promiseZh: '最多同时运行十个，其余等待',
      sources: [networkPage, tenAtOnce],
      async run(trial) {
        const exchange = trial.exchange({ does: 'hold' })
        const uploads = await beginMany(trial, exchange, 15)
        await exchange.until(({ mostAtOnce }) => mostAtOnce > 0, 'uploads to arrive')
        // Until no more come.
        let before = 0
        for (let now = 1; now > before;) {
          before = now
          await trial.calm()
          now = (await exchange.seen()).mostAtOnce
        }
        await exchange.release()
        for (const upload of uploads) await upload.succeeded()
        const { mostAtOnce } = await exchange.seen()
        expectThat(mostAtOnce <= 10, { expected: 'ten at once at most', found: mostAtOnce })
      },
    },
    {
      id: 'each-its-own',
      promise: 'Each of several uploads at once has its own result',
      promiseZh: '同时进行的上传各有各的结果',
      sources: [uploadFilePage],
      async run(trial) {
        const names = ['a', 'b', 'c', 'd', 'e']
        const uploads = await Promise.all(
          names.map((body) => trial.upload({ url: trial.exchange({ does: 'answer', body }).url })),
        )
        const results = await Promise.all(uploads.map((upload) => upload.succeeded()))
        expectEqual(
          results.map(({ data }) => data),
          names,
          'the results',
        )
      },
    },
  ],
}

/** Begins uploads of one file in one go, spread over the origins. */
async function beginMany(
  trial: Trial,
  exchange: Exchange,
  count: number,
): Promise<readonly WatchedUpload[]> {
  const filePath = await trial.file()
  return Array.from({ length: count }, (_, at) =>
    trial.uploadExactly({ url: exchange.urlAt(at % 3), filePath, name: 'file' }),
  )
}
