import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createWx } from '@wx-upload/client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { eventTypes, startUpload } from '../../packages/client/src/lib/node/upload.fixture.ts'
import { createRandom, pickBy } from '../../packages/client/src/seeded-random.fixture.ts'
import { type RunningFaults, startFaults } from './fault-process.ts'
import { openResources } from './open-resources.ts'

/** How many uploads. Who asks for more is told how they ended, too. */
const asked = process.env['WX_UPLOAD_SOAK']
const uploads = Number(asked ?? 5000)
const seed = Number(process.env['WX_UPLOAD_SOAK_SEED'] ?? 20261125)
const atOnce = 40
const MiB = 1024 * 1024
const patiently = { interval: 10, timeout: 10_000 }
const mostGrowthBytes = 8 * MiB

const files = [
  new Blob(['not really a photograph']),
  new Blob([new Uint8Array(100_000)]),
  // Of this size a server is asked before it is sent.
  new Blob([new Uint8Array(1.5 * MiB)]),
]

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

function usedBytes(): number {
  collectGarbage()
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return heapUsed + external + arrayBuffers
}

/** Uploads to one fault after another, some at once. Resolves with how often each end came. */
async function soak(
  server: RunningFaults,
  { random, onEnd }: { random: () => number; onEnd: (count: number) => void },
): Promise<Map<string, number>> {
  const wx = createWx({
    ca: server.ca,
    domains: server.domains,
    maxConcurrent: atOnce,
    maxResponseBytes: MiB,
  })
  const ends = new Map<string, number>()
  let begun = 0
  let ended = 0

  async function uploadOne(): Promise<void> {
    const { url, name, http2 } = pickBy(server.faults, random())
    const watched = startUpload(wx, {
      url,
      enableHttp2: http2 && random() < 0.8,
      filePath: pickBy(files, random()),
      timeout: 50 + random() * 300,
    })
    const timer =
      random() < 0.1 ? setTimeout(() => watched.task.abort(), random() * 200) : undefined
    const { errMsg } = await watched.ended
    clearTimeout(timer)
    // For what might come too late.
    await new Promise((resolve) => setImmediate(resolve))
    expect(`${name}: ${eventTypes(watched).join(' ')}`).toMatch(
      /: (?:progress )?(?:headers )?(?:success|fail) complete$/,
    )
    ends.set(errMsg, (ends.get(errMsg) ?? 0) + 1)
    onEnd((ended += 1))
  }

  async function uploadSome(): Promise<void> {
    while (begun < uploads) {
      begun += 1
      await uploadOne()
    }
  }

  await Promise.all(Array.from({ length: atOnce }, uploadSome))
  return ends
}

function formatEnds(ends: ReadonlyMap<string, number>): string {
  return [...ends]
    .toSorted(([, one], [, other]) => other - one)
    .map(([errMsg, count]) => `${String(count).padStart(7)}  ${errMsg}`)
    .join('\n')
}

describe('whatever goes wrong, again and again', () => {
  it(
    // The seed makes the mixture the same each time; what meets what is up to the network.
    `U-03 U-15 U-19 each of ${uploads} uploads ends exactly once, and nothing grows (seed ${seed})`,
    { timeout: 1_800_000 },
    async () => {
      const before = openResources()
      const { running, stop } = await startFaults()
      onTestFinished(async () => void (await stop()))
      let usedEarly = 0
      const ends = await soak(running, {
        random: createRandom(seed),
        onEnd: (count) => {
          // What the first uploads have loaded stays.
          if (count === Math.floor(uploads / 2)) usedEarly = usedBytes()
        },
      })
      if (asked !== undefined) console.log(formatEnds(ends))
      expect([...ends.values()].reduce((sum, count) => sum + count, 0)).toBe(uploads)
      expect(ends.size).toBeGreaterThan(10)
      expect([...ends.keys()]).not.toContain('uploadFile:fail upload fail:-2:net::ERR_FAILED')
      // What connections that have just closed were to write takes a moment to go.
      await expect
        .poll(() => usedBytes() - usedEarly, { interval: 100, timeout: 10_000 })
        .toBeLessThan(mostGrowthBytes)
      // The server has met all of it, and closes what is kept for the next upload.
      expect(await stop()).toBe(0)
      await expect.poll(() => openResources().active, patiently).toEqual(before.active)
      await expect
        .poll(() => openResources().descriptors, patiently)
        .toBeLessThanOrEqual(before.descriptors)
    },
  )
})
