import type { CaseGroup } from '../conformance-case.ts'
import {
  alipayPage,
  networkPage,
  rfc,
  taroPage,
  thread,
  typings,
  uploadFilePage,
} from '../sources.ts'
import { expectEqual, expectThat } from '../unmet.ts'
import { toRecord } from '../watched-upload.ts'

const statuses = [200, 201, 204, 304, 400, 401, 403, 404, 413, 429, 500, 503]
const byteOrderMark = '\uFEFF'

export const resultCases: CaseGroup = {
  topic: 'Results',
  topicZh: '结果',
  cases: [
    {
      id: 'any-status',
      promise: 'success runs for any HTTP status, and statusCode says which',
      promiseZh: '任何 HTTP 状态码都运行 success，statusCode 为该数字',
      sources: [networkPage],
      async run(trial) {
        for (const status of statuses) {
          const { url } = trial.exchange({ does: 'answer', status })
          const { statusCode } = await (await trial.upload({ url })).succeeded()
          expectEqual(statusCode, status, 'statusCode')
        }
      },
    },
    {
      id: 'early-answer',
      promise: 'An answer that comes before the form is read is heard',
      promiseZh: '服务器读完表单之前的回答也能收到',
      sources: [networkPage, rfc(9112, '9.5')],
      async run(trial) {
        const exchange = trial.exchange({ does: 'answer-early', status: 413, body: 'too large' })
        const filePath = await trial.file({ bytes: new Uint8Array(4 * 1024 * 1024) })
        const result = await (await trial.upload({ url: exchange.url, filePath })).succeeded()
        expectEqual([result['statusCode'], result['data']], [413, 'too large'], 'the result')
      },
    },
    {
      id: 'data-string',
      promise: 'data is a string, also where the answer is JSON',
      promiseZh: 'data 是字符串，回答为 JSON 时也是',
      sources: [uploadFilePage, thread('NervJS/taro#406'), thread('dcloudio/uni-app#2464')],
      async run(trial) {
        const body = '{"id": 1, "名": "好"}'
        for (const type of ['application/json', 'text/plain', 'application/octet-stream']) {
          const { url } = trial.exchange({ does: 'answer', header: [['Content-Type', type]], body })
          const { data } = await (await trial.upload({ url })).succeeded()
          expectEqual(data, body, 'data')
        }
      },
    },
    {
      id: 'data-empty',
      promise: 'data is an empty string where the answer is empty',
      promiseZh: '回答为空时 data 是空字符串',
      sources: [uploadFilePage],
      async run(trial) {
        for (const plan of [{ status: 204 }, { status: 200, body: '' }]) {
          const { url } = trial.exchange({ does: 'answer', ...plan })
          const { data } = await (await trial.upload({ url })).succeeded()
          expectEqual(data, '', 'data')
        }
      },
    },
    {
      id: 'byte-order-mark',
      promise: 'One byte order mark is taken from data, and no second one',
      promiseZh: 'data 去掉一个 BOM，且只去掉一个',
      sources: [networkPage],
      async run(trial) {
        for (const rest of ['ok', `${byteOrderMark}ok`]) {
          const { url } = trial.exchange({ does: 'answer', body: `${byteOrderMark}${rest}` })
          const { data } = await (await trial.upload({ url })).succeeded()
          expectEqual(data, rest, 'data')
        }
      },
    },
    {
      id: 'errmsg-ok',
      promise: 'errMsg is uploadFile:ok',
      promiseZh: 'errMsg 为 uploadFile:ok',
      sources: [typings],
      async run(trial) {
        const { url } = trial.exchange({ does: 'answer', status: 500 })
        const { errMsg } = await (await trial.upload({ url })).succeeded()
        expectEqual(errMsg, 'uploadFile:ok', 'errMsg')
      },
    },
    {
      id: 'result-header',
      promise: 'The result has the header of the answer, as an object',
      promiseZh: '结果中有回答的 header 对象',
      sources: [taroPage, alipayPage, thread('NervJS/taro#12048')],
      async run(trial) {
        const { url } = trial.exchange({ does: 'answer', header: [['X-Trace', 'a1']] })
        const { header } = await (await trial.upload({ url })).succeeded()
        expectTrace(header)
      },
    },
    {
      id: 'result-cookies',
      promise: 'The result has each Set-Cookie of the answer in cookies',
      promiseZh: '结果的 cookies 中有回答的每个 Set-Cookie',
      sources: [taroPage, thread('NervJS/taro#12048')],
      notInPage: 'a browser shows Set-Cookie to nobody',
      async run(trial) {
        const header = [
          ['Set-Cookie', 'a=1; Path=/'],
          ['Set-Cookie', 'b=2'],
        ] as const
        const { url } = trial.exchange({ does: 'answer', header })
        const { cookies } = await (await trial.upload({ url })).succeeded()
        expectEqual(cookies, ['a=1; Path=/', 'b=2'], 'cookies')
      },
    },
  ],
}

/** Holds a header to be an object that has `X-Trace`, in any case. */
export function expectTrace(header: unknown): void {
  const entries = Object.entries(toRecord(header))
  expectThat(
    entries.some(([name, value]) => name.toLowerCase() === 'x-trace' && value === 'a1'),
    { expected: 'an object with x-trace: a1', found: header },
  )
}
