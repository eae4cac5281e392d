import { setImmediate } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { createDiskStorage } from '../../fs.ts'
import { createReceiver, type Storage } from '../../index.ts'
import { ReceiverError } from '../problem/errors.ts'
import { patiently, temporaryFolder } from '../receiver.fixture.ts'

describe('R-10 check()', () => {
  it('asks the storage once for many, and again after a second', async () => {
    const { receiver, check } = await startReceiver()
    await Promise.all([receiver.check(), receiver.check()])
    await receiver.check()
    expect(check).toHaveBeenCalledTimes(1)
    await expect
      .poll(async () => {
        await receiver.check()
        return check.mock.calls.length
      }, patiently)
      .toBe(2)
  })

  it('rejects in bounded time where the storage says nothing, and does not ask it again meanwhile', async () => {
    const { receiver, check, lines } = await startReceiver()
    let answer: (() => void) | undefined
    check.mockImplementation(
      () =>
        new Promise((resolve) => {
          answer = resolve
        }),
    )
    for (let count = 0; count < 3; count += 1) {
      await expect(receiver.check()).rejects.toMatchObject({
        code: 'storage-unavailable',
        message: 'Checking the storage: it has said nothing for 3000 ms',
      })
    }
    expect(check).toHaveBeenCalledTimes(1)
    answer?.()
    await setImmediate()
    await expect(receiver.check()).resolves.toBeUndefined()
    expect(lines).toEqual([
      'Checking the storage: it has said nothing for 3000 ms',
      'the storage can be used again',
    ])
  })

  it.each([
    [new ReceiverError('storage-full', 'Writing failed: ENOSPC'), 'storage-full', 507],
    [new Error('a secret'), 'storage-unavailable', 503],
  ])('rejects with what is wrong with the storage: %s', async (failure, code, status) => {
    const { receiver, check } = await startReceiver()
    check.mockRejectedValue(failure)
    const thrown: unknown = await receiver.check().catch((error: unknown) => error)
    expect(thrown).toMatchObject({ code, status })
    expect(String(thrown)).not.toContain('secret')
  })

  it('rejects when as many uploads are under way as may be, and when it is stopping', async () => {
    const busy = await startReceiver({ concurrentUploads: 0 })
    await expect(busy.receiver.check()).rejects.toMatchObject({ code: 'overloaded' })
    const stopping = await startReceiver()
    stopping.receiver.drain()
    await expect(stopping.receiver.check()).rejects.toMatchObject({ code: 'stopping' })
    expect(stopping.check).not.toHaveBeenCalled()
  })
})

async function startReceiver(limits = {}) {
  const storage = createDiskStorage(await temporaryFolder())
  const check = vi.fn<Storage['check']>(() => Promise.resolve())
  const lines: string[] = []
  const write = (_fields: object, message: string) => void lines.push(message)
  const receiver = createReceiver({
    storage: Object.assign(storage, { check }),
    limits,
    log: { info: write, warn: write, error: write },
  })
  return { receiver, check, lines }
}
