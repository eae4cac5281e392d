import { createWx, uploadFileAsync } from '@wx-upload/client'
import { describe, expect, it } from 'vitest'
import type { UploadFileOption } from './core.ts'
import { UploadError } from './lib/errors.ts'
import { openRoom } from './neutral-room.fixture.ts'
import { createLargeFile, photo } from './neutral-upload.fixture.ts'

function optionTo(behaviour: string, room = openRoom()) {
  return { url: room.url(behaviour), filePath: photo, name: 'file' } satisfies UploadFileOption
}

async function errorOf(promise: Promise<unknown>): Promise<UploadError> {
  const error = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (error instanceof UploadError) return error
  throw new Error('it did not reject with an UploadError', { cause: error })
}

describe('uploadFileAsync', () => {
  it('U-28 resolves with what success receives, whatever the status', async () => {
    const result = await uploadFileAsync(optionTo('status/404'))
    expect(result).toMatchObject({ statusCode: 404, errMsg: 'uploadFile:ok' })
    expect(JSON.parse(result.data)).toMatchObject({ method: 'POST' })
  })

  it('U-28 rejects with an UploadError that has the errMsg, the errno and the cause', async () => {
    const error = await errorOf(uploadFileAsync({ ...optionTo('echo'), filePath: 'wxfile://none' }))
    expect(error).toMatchObject({
      name: 'UploadError',
      code: 'file-not-found',
      errMsg: 'uploadFile:fail file not found',
      errno: 1300002,
    })
    const why = new Error('no cookies today')
    const option = {
      ...optionTo('echo'),
      get header(): object {
        throw why
      },
    }
    expect(await errorOf(uploadFileAsync(option))).toMatchObject({ errno: 1001, cause: why })
  })

  it('U-01 U-28 rejects, and does not throw, whatever the argument', async () => {
    for (const argument of [undefined, null, 5, 'x', [], {}]) {
      const promise: Promise<unknown> = Reflect.apply(uploadFileAsync, undefined, [argument])
      expect((await errorOf(promise)).errMsg).toMatch(/parameter\.url should be String/)
    }
  })

  it('U-28 tells of the progress and of the header', async () => {
    const events: string[] = []
    await uploadFileAsync(optionTo('echo'), {
      onProgress: ({ progress }) => events.push(`${progress}`),
      onHeaders: ({ statusCode }) => events.push(`headers ${statusCode}`),
    })
    expect(events.slice(-2)).toEqual(['100', 'headers 200'])
  })

  it('U-28 runs the callbacks of the option too, before it settles', async () => {
    const events: unknown[] = []
    const option = {
      ...optionTo('echo'),
      success: (result: unknown) => events.push('success', result),
      fail: () => events.push('fail'),
      complete: (result: unknown) => events.push('complete', result),
    }
    const result = await uploadFileAsync(option)
    expect(events).toEqual(['success', result, 'complete', result])
    events.length = 0
    const error = await errorOf(uploadFileAsync({ ...option, url: '' }))
    expect(events).toEqual(['fail', 'complete', { errMsg: error.errMsg, errno: 1001 }])
  })

  it('U-28 is aborted by its signal, which closes the connection; the reason is the cause', async () => {
    const room = openRoom()
    const aborting = new AbortController()
    const events: string[] = []
    const promise = uploadFileAsync(
      { ...optionTo('hold', room), complete: () => events.push('complete') },
      { signal: aborting.signal },
    )
    const running = async () => (await room.state()).running
    await expect.poll(running, { timeout: 30_000 }).toBe(1)
    const reason = new Error('the user has left')
    aborting.abort(reason)
    expect(await errorOf(promise)).toMatchObject({
      code: 'abort',
      errMsg: 'uploadFile:fail abort',
      errno: 1,
      cause: reason,
    })
    expect(events).toEqual(['complete'])
    await expect.poll(running, { timeout: 30_000 }).toBe(0)
  })

  it('U-28 sends nothing where its signal has aborted before', async () => {
    const room = openRoom()
    const reason = new Error('too late')
    const error = await errorOf(
      uploadFileAsync(optionTo('echo', room), { signal: AbortSignal.abort(reason) }),
    )
    expect(error).toMatchObject({ errMsg: 'uploadFile:fail abort', cause: reason })
    expect(await room.state()).toMatchObject({ requests: 0 })
  })

  it('U-28 an abort after the end changes nothing, and nothing listens to the signal any more', async () => {
    const aborting = new AbortController()
    let listening = 0
    const { signal } = aborting
    const { addEventListener, removeEventListener } = signal
    signal.addEventListener = (...listener: Parameters<typeof addEventListener>) => {
      listening += 1
      addEventListener.apply(signal, listener)
    }
    signal.removeEventListener = (...listener: Parameters<typeof removeEventListener>) => {
      listening -= 1
      removeEventListener.apply(signal, listener)
    }
    await uploadFileAsync(optionTo('echo'), { signal })
    aborting.abort()
    expect(listening).toBe(0)
  })

  it('U-28 uploads by a wx of your own', async () => {
    const wx = createWx({ maxResponseBytes: 1 })
    expect((await errorOf(uploadFileAsync(optionTo('echo'), { wx }))).errno).toBe(602300)
  })

  it('U-26 U-28 several share a signal', async () => {
    const aborting = new AbortController()
    const filePath = createLargeFile(1024)
    const errors = Array.from({ length: 3 }, () =>
      errorOf(uploadFileAsync({ ...optionTo('hold'), filePath }, { signal: aborting.signal })),
    )
    aborting.abort()
    for (const error of await Promise.all(errors)) expect(error.code).toBe('abort')
  })
})
