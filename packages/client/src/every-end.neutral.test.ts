import { describe, expect, it } from 'vitest'
import { openRoom } from './neutral-room.fixture.ts'
import { createLargeFile, photo, watch } from './neutral-upload.fixture.ts'
import { createRandom, pickBy } from './seeded-random.fixture.ts'

const behaviours = [
  'echo',
  'status/500',
  'hold',
  'stall',
  'half',
  'early/413',
  'redirect/303',
  'redirect/307',
  'bytes/200000',
  'cut-length',
  'cut-chunks',
  'silence',
  'reset',
  'nothing-of-the-kind',
]

const uploads = 120
const seed = 20261124

describe('whatever a server does and whenever it is aborted', () => {
  it(`U-03 U-26 each of ${uploads} uploads ends exactly once, in order (seed ${seed})`, async () => {
    const random = createRandom(seed)
    const large = createLargeFile(8 * 1024 * 1024)
    const ends = await Promise.all(
      Array.from({ length: uploads }, async () => {
        const behaviour = pickBy(behaviours, random())
        const room = openRoom()
        const { task, events, ended } = watch(
          {
            url: room.url(behaviour),
            filePath: random() < 0.5 ? photo : large,
            timeout: random() < 0.25 ? 1 + random() * 50 : 60_000,
          },
          { maxResponseBytes: 100_000 },
        )
        const abort = pickBy(
          [
            () => task.abort(),
            () => task.onProgressUpdate(() => task.abort()),
            () => task.onHeadersReceived(() => task.abort()),
            () => undefined,
          ],
          random(),
        )
        abort()
        await room.release()
        await ended
        return { behaviour, events }
      }),
    )
    // After all have ended, so that what comes after an end has had its time.
    for (const { behaviour, events } of ends) {
      expect(`${behaviour}: ${events.join(' ')}`).toMatch(
        /: (?:progress )?(?:headers )?(?:success|fail) complete$/,
      )
    }
  })
})
