import { describe, expect, it } from 'vitest'
import type { Failure, RequestProfile, UploadFileSuccess } from './api.ts'
import { UploadError } from './errors.ts'
import type { Signal } from './upload-state.ts'
import { createUploadTask, UploadTask } from './upload-task.ts'

const headers: Signal = {
  type: 'headers',
  headers: { header: { 'X-A': '1' }, statusCode: 201, cookies: ['a=1'] },
}
// The task hands the profile through and never looks into it.
const body: Signal = { type: 'body', data: 'ok', profile: {} as RequestProfile }
const started: Signal = { type: 'started', totalBytes: 10 }
const sent = (bytes: number): Signal => ({ type: 'sent', bytes, atMs: bytes * 100 })

function createTask() {
  const log: unknown[] = []
  const reported: unknown[] = []
  const callbacks = {
    success: (result: UploadFileSuccess) => void log.push(['success', result]),
    fail: (failure: Failure) => void log.push(['fail', failure]),
    complete: (result: UploadFileSuccess | Failure) => void log.push(['complete', result]),
  }
  let settledTimes = 0
  const { task, signal } = createUploadTask({
    callbacks,
    reportError: (error) => reported.push(error),
    onSettled: () => (settledTimes += 1),
  })
  return { task, signal, log, reported, callbacks, settled: () => settledTimes }
}

const microtasks = () => new Promise<void>((resolve) => setTimeout(resolve))

describe('UploadTask', () => {
  it('U-02 has exactly five methods, on its prototype, and no keys of its own', () => {
    const { task } = createTask()
    expect(Object.keys(task)).toEqual([])
    expect(Reflect.ownKeys(task)).toEqual([])
    expect(Object.getOwnPropertyNames(UploadTask.prototype).toSorted()).toEqual([
      'abort',
      'constructor',
      'offHeadersReceived',
      'offProgressUpdate',
      'onHeadersReceived',
      'onProgressUpdate',
    ])
    expect('then' in task).toBe(false)
  })

  it('U-02 cannot be constructed by anybody', () => {
    const { task } = createTask()
    const construct = () => Reflect.construct(task.constructor, [{}])
    expect(construct).toThrow(new TypeError('Illegal constructor'))
  })

  it('U-03 success, then complete with the same object, and nothing after', async () => {
    const { signal, log, settled } = createTask()
    for (const each of [started, headers, body, body, headers]) signal(each)
    signal({ type: 'failed', error: new UploadError('timeout') })
    expect(log).toEqual([])
    await microtasks()
    expect(log).toHaveLength(2)
    const [[first, result], [second, again]] = log as [[string, unknown], [string, unknown]]
    expect([first, second]).toEqual(['success', 'complete'])
    expect(again).toBe(result)
    expect(settled()).toBe(1)
  })

  it('U-03 fail, then complete with the same object', async () => {
    const { signal, log } = createTask()
    signal({ type: 'failed', error: new UploadError('timeout') })
    await microtasks()
    const failure = { errMsg: 'uploadFile:fail timeout', errno: 5 }
    expect(log).toEqual([
      ['fail', failure],
      ['complete', failure],
    ])
  })

  it('U-04 a callback or a listener that throws stops nobody, and its error is reported', async () => {
    const { task, signal, log, callbacks, reported } = createTask()
    const heard: string[] = []
    callbacks.success = () => {
      throw new Error('in success')
    }
    task.onProgressUpdate(() => {
      throw new Error('in listener')
    })
    task.onProgressUpdate(() => heard.push('second'))
    for (const each of [started, sent(5), headers, body]) signal(each)
    await microtasks()
    expect(heard).toEqual(['second'])
    expect(log).toMatchObject([['complete', { data: 'ok' }]])
    expect(reported).toEqual([new Error('in listener'), new Error('in success')])
  })

  it('U-24 the header event comes once, before success, with the status and the cookies', async () => {
    const { task, signal, log } = createTask()
    task.onHeadersReceived((event) => log.push(['headers', event]))
    for (const each of [started, headers, headers, body]) signal(each)
    await microtasks()
    expect(log).toMatchObject([
      ['headers', { header: { 'X-A': '1' }, statusCode: 201, cookies: ['a=1'] }],
      ['success', { statusCode: 201 }],
      ['complete', {}],
    ])
  })

  it('U-24 what a listener changes in the header does not reach success', async () => {
    const { task, signal, log } = createTask()
    task.onHeadersReceived((event) => void (event.header['X-A'] = 'changed'))
    for (const each of [started, headers, body]) signal(each)
    await microtasks()
    expect(log[0]).toMatchObject(['success', { header: { 'X-A': '1' } }])
  })

  it('U-25 a function added twice is called once; off(listener) removes that one, off() all', () => {
    const { task, signal } = createTask()
    const heard: string[] = []
    const one = () => void heard.push('one')
    const two = () => void heard.push('two')
    task.onProgressUpdate(one)
    task.onProgressUpdate(one)
    task.onProgressUpdate(two)
    signal(started)
    signal(sent(1))
    task.offProgressUpdate(one)
    signal(sent(2))
    task.offProgressUpdate()
    signal(sent(3))
    expect(heard).toEqual(['one', 'two', 'two'])
  })

  it('U-25 what is no function is ignored, by on and by off', () => {
    const { task, signal } = createTask()
    let heard = 0
    task.onProgressUpdate(() => (heard += 1))
    for (const value of [null, 'x', {}, 0]) {
      Reflect.apply(task.onProgressUpdate, task, [value])
      Reflect.apply(task.offProgressUpdate, task, [value])
      Reflect.apply(task.onHeadersReceived, task, [value])
      Reflect.apply(task.offHeadersReceived, task, [value])
    }
    signal(started)
    signal(sent(1))
    expect(heard).toBe(1)
  })

  it('U-25 a listener added or removed by a listener counts from the next event on', () => {
    const { task, signal } = createTask()
    const heard: string[] = []
    const late = () => void heard.push('late')
    const gone = () => void heard.push('gone')
    task.onProgressUpdate(() => {
      task.onProgressUpdate(late)
      task.offProgressUpdate(gone)
    })
    task.onProgressUpdate(gone)
    signal(started)
    signal(sent(1))
    expect(heard).toEqual(['gone'])
    signal(sent(2))
    expect(heard).toEqual(['gone', 'late'])
  })

  it('U-26 abort() releases at once, tells asynchronously, and does nothing the second time', async () => {
    const { task, signal, log, settled } = createTask()
    signal(started)
    expect(task.abort()).toBeUndefined()
    expect(settled()).toBe(1)
    task.abort()
    expect(log).toEqual([])
    await microtasks()
    task.abort()
    for (const each of [sent(10), headers, body]) signal(each)
    await microtasks()
    const failure = { errMsg: 'uploadFile:fail abort', errno: 1 }
    expect(log).toEqual([
      ['fail', failure],
      ['complete', failure],
    ])
    expect(settled()).toBe(1)
  })

  it('U-26 no event comes after abort(), not even to the listeners behind the one that aborts', async () => {
    const { task, signal, log } = createTask()
    task.onProgressUpdate(() => task.abort())
    task.onProgressUpdate(() => log.push('progress'))
    task.onHeadersReceived(() => log.push('headers'))
    for (const each of [started, sent(5), sent(10), headers, body]) signal(each)
    await microtasks()
    expect(log.map((entry) => (Array.isArray(entry) ? entry[0] : entry))).toEqual([
      'fail',
      'complete',
    ])
  })

  it('U-26 abort() after the end changes nothing', async () => {
    const { task, signal, log } = createTask()
    for (const each of [started, headers, body]) signal(each)
    task.abort()
    await microtasks()
    expect(log.map((entry) => (Array.isArray(entry) ? entry[0] : entry))).toEqual([
      'success',
      'complete',
    ])
  })
})
