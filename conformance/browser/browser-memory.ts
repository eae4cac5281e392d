import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright'

/** The most memory that each of the browser's processes has had so far, in bytes, by its number; as Linux keeps it. */
export type Peaks = ReadonlyMap<number, number>

/** Reads what the processes of a page's browser have needed so far. */
export async function readPeaks(page: Page): Promise<Peaks> {
  const devTools = await page.context().browser()?.newBrowserCDPSession()
  const { processInfo = [] } = (await devTools?.send('SystemInfo.getProcessInfo')) ?? {}
  await devTools?.detach()
  const peaks = processInfo.map(async ({ id }): Promise<[number, number]> => {
    // A process that has ended since holds nothing.
    const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '')
    const [, kibibytes = '0'] = /VmHWM:\s+(\d+) kB/.exec(status) ?? []
    return [id, Number(kibibytes) * 1024]
  })
  return new Map(await Promise.all(peaks))
}

/** By how much the peak of each process has grown, in bytes. */
export function growthOf(before: Peaks, after: Peaks): number[] {
  return [...after].map(([pid, bytes]) => bytes - (before.get(pid) ?? 0))
}
