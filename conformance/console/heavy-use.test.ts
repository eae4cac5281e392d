import { open, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { CDPSession, Page } from 'playwright'
import { describe, expect, it } from 'vitest'
import { growthOf, readPeaks } from '../browser/browser-memory.ts'
import {
  createFolder,
  networkErrors,
  storedNames,
  useChromium,
  useConsole,
} from './console.fixture.ts'
import { drag } from './dropped.fixture.ts'
import { longestTaskMs, type Trace, traceMainThread } from './main-thread-trace.fixture.ts'
import { type ServerProcess, startServer } from './server-process.fixture.ts'

const openConsole = useConsole()
const openPage = useChromium()

const files = 500
const longestMs = 100
const gibibyte = 2 ** 30

/** The rows, the chart and the code that draws them: nothing of the files. */
const mostHeapBytes = 24 * 1024 * 1024
/** What a process of the browser may need at once for all of it. */
const mostGrowthBytes = 200 * 1024 * 1024

/** What the page's objects take when nothing is there that could be let go of, in bytes. */
async function usedHeap(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage')
  return (await session.send('Runtime.getHeapUsage')).usedSize
}

async function createFiles(sizeBytes: number): Promise<string[]> {
  const folder = await createFolder()
  const paths = Array.from({ length: files }, (_path, index) =>
    path.join(folder, `file${index}.${index % 2 === 0 ? 'txt' : 'bin'}`),
  )
  await Promise.all(paths.map((file) => writeFile(file, Buffer.alloc(sizeBytes, 'x'))))
  return paths
}

async function dropAndWait(page: Page, paths: readonly string[]): Promise<void> {
  await (await drag(page, paths)).drop()
  await page.getByRole('heading', { name: `${files} files sent` }).waitFor({ timeout: 300_000 })
}

/** What goes wrong in the middle; resolves, when it has, with what puts it right. */
type Mishap = (page: Page, server: ServerProcess) => Promise<() => Promise<unknown>>

const mishaps: Readonly<Record<string, Mishap>> = {
  'the server is killed and started again': async (_page, { kill, folder, port }) => {
    await kill()
    return () => startServer(folder, port)
  },
  'the network is cut': async (page) => {
    await page.context().setOffline(true)
    return () => page.context().setOffline(false)
  },
}

/** How many files have ended, once nothing is being sent any more and some have failed. */
async function countEnded(page: Page): Promise<number> {
  const end = page.getByRole('heading', { name: /^\d+ files? sent · \d+ failed$/ })
  const [sent = 0, failed = 0] = (await end.innerText())
    .split('·')
    .map((part) => parseInt(part, 10))
  return sent + failed
}

/** Drops files, has something go wrong when the first of them are sent, and sends again what has failed. */
async function dropAndRecover(
  page: Page,
  options: { paths: readonly string[]; server: ServerProcess; happen: Mishap },
): Promise<void> {
  const { paths, server, happen } = options
  await (await drag(page, paths)).drop()
  await page.getByRole('region', { name: 'Sent', exact: true }).waitFor()
  const putRight = await happen(page, server)
  await expect.poll(() => countEnded(page), { timeout: 300_000 }).toBe(files)
  await putRight()
  await page.getByRole('button', { name: 'Try all again' }).click()
  await page.getByRole('heading', { name: `${files} files sent` }).waitFor({ timeout: 300_000 })
}

/**
 * The longest task, in milliseconds, of the best of a few attempts: it is time of the processor, which other programs do not
 * use up, but they slow it down.
 */
async function longestOfBest(attempt: () => Promise<Trace>): Promise<number> {
  let longest = Infinity
  for (let count = 0; count < 4 && longest >= longestMs; count += 1) {
    longest = Math.min(longest, longestTaskMs(await attempt()))
  }
  return longest
}

function namesOf(paths: readonly string[]): string[] {
  return paths.map((file) => path.basename(file)).toSorted()
}

describe('a console with a lot to do', { timeout: 600_000 }, () => {
  it(`stays responsive while ${files} files that were dropped at once are sent, and all of them arrive`, async () => {
    const paths = await createFiles(20_000)
    const longest = await longestOfBest(async () => {
      const { page, url } = await openConsole()
      await page.getByText('Or send something from elsewhere').waitFor()
      const trace = await traceMainThread(page, () => dropAndWait(page, paths))
      expect((await storedNames(url)).toSorted()).toEqual(namesOf(paths))
      await page.context().close()
      return trace
    })
    expect(longest).toBeLessThan(longestMs)
  })

  it.each(Object.entries(mishaps))(
    `stays responsive when %s while ${files} files are sent; each ends as sent or failed, and none is lost`,
    async (_what, happen) => {
      const paths = await createFiles(60_000)
      const longest = await longestOfBest(async () => {
        const server = await startServer(await createFolder())
        const page = await openPage({ expected: networkErrors })
        await page.goto(server.url)
        await page.getByText('Or send something from elsewhere').waitFor()
        const session = await page.context().newCDPSession(page)
        const before = await usedHeap(session)
        const trace = await traceMainThread(page, () =>
          dropAndRecover(page, { paths, server, happen }),
        )
        expect((await usedHeap(session)) - before).toBeLessThan(mostHeapBytes)
        // Some are there twice: the server had them, and its answer was lost.
        expect([...new Set(await storedNames(server.url))].toSorted()).toEqual(namesOf(paths))
        await page.context().close()
        return trace
      })
      expect(longest).toBeLessThan(longestMs)
    },
  )

  it('takes no more memory for a file of 2 GiB', async () => {
    const big = path.join(await createFolder(), 'big.bin')
    const handle = await open(big, 'w')
    await handle.truncate(2 * gibibyte)
    await handle.close()
    const { page, url } = await openConsole({
      limits: { fileSizeBytes: 4 * gibibyte, totalSizeBytes: Infinity },
    })
    await page.getByText('Or send something from elsewhere').waitFor()
    const session = await page.context().newCDPSession(page)
    const before = await usedHeap(session)
    const peaks = await readPeaks(page)
    await (await drag(page, [big])).drop()
    await page.getByRole('progressbar').first().waitFor()
    await page.getByRole('heading', { name: '1 file sent' }).waitFor({ timeout: 300_000 })
    expect((await usedHeap(session)) - before).toBeLessThan(mostHeapBytes)
    // Not in the meantime either, nor in another process of the browser.
    const growth = growthOf(peaks, await readPeaks(page))
    expect(Math.max(...growth)).toBeLessThan(mostGrowthBytes)
    const { uploads } = (await (await fetch(`${url}/uploads`)).json()) as {
      uploads: { files: { size: number }[] }[]
    }
    expect(uploads.map((upload) => upload.files.map(({ size }) => size))).toEqual([[2 * gibibyte]])
  })
})
