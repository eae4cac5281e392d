import { describe, expect, it, onTestFinished } from 'vitest'
import type { RequestProfile } from '../api.ts'
import { openRoom } from '../../neutral-room.fixture.ts'
import { createLargeFile, photo, upload } from '../../neutral-upload.fixture.ts'

async function profileOf(url: string, filePath: File = photo): Promise<RequestProfile> {
  const { errMsg, profile } = await upload({ url, filePath })
  expect(errMsg).toBe('uploadFile:ok')
  if (profile === undefined) throw new Error('there is no profile')
  return profile
}

/** In the order in which they are one after the other; a millisecond is what rounding may take. */
function expectOrder(times: readonly number[]): void {
  for (const [index, time] of times.entries()) {
    expect(time, `${index} of ${times.join()}`).toBeGreaterThanOrEqual((times[index - 1] ?? 0) - 1)
  }
}

describe('U-30 the profile of an upload to a server that allows pages to know', () => {
  it('tells the protocol, and when each phase began and ended', async () => {
    const profile = await profileOf(openRoom().url('timing'))
    expect(profile).toMatchObject({
      protocol: 'http1.1',
      SSLconnectionStart: 0,
      SSLconnectionEnd: 0,
      redirectStart: 0,
    })
    expectOrder([
      profile.invokeStart,
      profile.queueEnd,
      profile.fetchStart,
      profile.domainLookUpStart,
      profile.domainLookUpEnd,
      profile.connectStart,
      profile.connectEnd,
      profile.requestStart,
      profile.responseStart,
      profile.responseEnd,
      Date.now(),
    ])
    expectOrder([profile.requestStart, profile.requestEnd, profile.responseEnd])
  })

  it('tells whether a connection was used again', async () => {
    const room = openRoom()
    const first = await profileOf(room.url('timing'))
    const second = await profileOf(room.url('timing'))
    expect(second.socketReused).toBe(true)
    expect(first.socketReused || first.connectEnd > first.connectStart).toBe(true)
  })

  it('tells of each of two that go to one address at once', async () => {
    const url = openRoom().url('timing')
    const [large, small] = await Promise.all([profileOf(url, createLargeFile()), profileOf(url)])
    expect(large.responseEnd).toBeGreaterThan(small.responseEnd)
    for (const { queueEnd, fetchStart, responseEnd } of [large, small]) {
      expectOrder([queueEnd, fetchStart, responseEnd])
    }
    const next = await profileOf(url)
    expectOrder([large.responseEnd, next.fetchStart, next.responseEnd])
  })

  it('tells that all was sent before all was answered, also to a page that was busy meanwhile', async () => {
    const { send } = XMLHttpRequest.prototype
    XMLHttpRequest.prototype.send = function (body) {
      send.call(this, body)
      for (const end = Date.now() + 300; Date.now() < end;);
    }
    onTestFinished(() => void Object.assign(XMLHttpRequest.prototype, { send }))
    const { requestStart, requestEnd, responseEnd } = await profileOf(openRoom().url('timing'))
    expect(requestEnd).toBeGreaterThanOrEqual(requestStart - 1)
    expect(requestEnd).toBeLessThanOrEqual(responseEnd)
  })

  it('tells it where the list of the page is full', async () => {
    performance.setResourceTimingBufferSize(0)
    onTestFinished(() => performance.setResourceTimingBufferSize(1000))
    expect(await profileOf(openRoom().url('timing'))).toMatchObject({ protocol: 'http1.1' })
  })
})

it('U-30 the browser is asked for no more when an upload has ended, however that was', async () => {
  const { observe, disconnect } = PerformanceObserver.prototype
  let watching = 0
  PerformanceObserver.prototype.observe = function (options) {
    watching += 1
    observe.call(this, options)
  }
  PerformanceObserver.prototype.disconnect = function () {
    watching -= 1
    disconnect.call(this)
  }
  onTestFinished(() => void Object.assign(PerformanceObserver.prototype, { observe, disconnect }))

  const room = openRoom()
  await upload({ url: room.url('timing') })
  await upload({ url: room.url('reset') })
  await upload({ url: room.url('stall'), timeout: 100 })
  await expect.poll(() => watching).toBe(0)
})
