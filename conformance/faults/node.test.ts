import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createWx } from '@wx-upload/client'
import { afterAll, describe, expect, inject, it } from 'vitest'
import {
  eventTypes,
  startUpload,
  type WatchedUpload,
} from '../../packages/client/src/lib/node/upload.fixture.ts'
import { mayTimeOut, titled } from './fault-process.ts'
import { openResources } from './open-resources.ts'

const folder = await mkdtemp(path.join(tmpdir(), 'wx-upload-faults-'))
const small = path.join(folder, 'small.bin')
// Of this size a server is asked before it is sent.
const large = path.join(folder, 'large.bin')
await Promise.all([
  writeFile(small, 'not really a photograph'),
  writeFile(large, Buffer.alloc(4 * 1024 * 1024)),
])

const { faults, ca, domains } = inject('faults')

afterAll(async () => {
  await rm(folder, { recursive: true })
})

const patiently = { interval: 10, timeout: 10_000 }
const wxConfig = { ca, domains }

/** What has come of an upload, as far as it is known beforehand. */
function outcomeOf(result: object): object {
  if (!('statusCode' in result)) return result
  const { statusCode, data } = result as { statusCode: number; data: string }
  return { statusCode, data }
}

describe('in Node.js', () => {
  it('U-30 no fault of HTTP/2 is met without `enableHttp2`', async () => {
    const wx = createWx(wxConfig)
    const urls = faults.filter(({ http2 }) => http2).map(({ url }) => url)
    const results = await Promise.all(
      urls.map((url) => startUpload(wx, { url, filePath: small }).ended),
    )
    for (const result of results) {
      expect(result).toMatchObject({ data: 'POST with a body', profile: { protocol: 'http1.1' } })
    }
    expect(urls.length).toBeGreaterThan(20)
  })

  it.each(titled(faults))('U-03 U-22 %s, which %s', async (_name, _does, { url, http2, node }) => {
    const wx = createWx(wxConfig)
    const before = openResources()
    const all: WatchedUpload[] = []
    for (const filePath of [small, large, small]) {
      const timeout = mayTimeOut(node) ? 300 : 60_000
      const watched = startUpload(wx, { url, filePath, timeout, enableHttp2: http2 })
      all.push(watched)
      const result = await watched.ended
      expect(node.map((outcome) => expect.objectContaining(outcome))).toContainEqual(
        outcomeOf(result),
      )
    }
    await expect.poll(() => openResources().active, patiently).toEqual(before.active)
    // A connection may be kept for the next upload, and one more where it is sent to another origin; three were too many.
    await expect
      .poll(() => openResources().descriptors, patiently)
      .toBeLessThanOrEqual(before.descriptors + 2)
    // By now what came too late would have come.
    for (const watched of all) {
      expect(eventTypes(watched).join(' ')).toMatch(
        /^(?:progress )?(?:headers )?(?:success|fail) complete$/,
      )
    }
  })
})
