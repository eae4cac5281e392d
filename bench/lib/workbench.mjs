// @ts-check
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, open, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

const blockBytes = 1024 * 1024
const quickShare = 64

/**
 * What scenarios share: a temporary folder, and what has been made once and is used by several of their runs. It goes when the
 * benchmark is over, with all that was started.
 */
export class Workbench {
  /** Whether it is only to be seen that all works. */
  quick
  folder
  /** @type {Map<string, Promise<unknown>>} */
  #made = new Map()
  /** @type {(() => Promise<void> | void)[]} */
  #cleanups = []
  #names = 0
  #isClosed = false

  /**
   * @param {string} folder
   * @param {boolean} quick
   */
  constructor(folder, quick) {
    this.folder = folder
    this.quick = quick
    // What was ended may be writing its last.
    this.onClose(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }))
  }

  /** @param {{ quick: boolean }} options */
  static async open({ quick }) {
    return new Workbench(await mkdtemp(path.join(tmpdir(), 'wx-upload-bench-')), quick)
  }

  /**
   * A size or a count as it is, and a small part of it in a quick run.
   *
   * @param {number} amount
   */
  scale(amount) {
    return this.quick ? Math.ceil(amount / quickShare) : amount
  }

  /**
   * What `make` makes, the first time that this key is asked for.
   *
   * @template T
   * @param {string} key
   * @param {() => Promise<T>} make
   * @returns {Promise<T>}
   */
  once(key, make) {
    const made = this.#made.get(key) ?? make()
    this.#made.set(key, made)
    return /** @type {Promise<T>} */ (made)
  }

  /** @param {() => Promise<void> | void} cleanup runs when the benchmark is over; the latest first. */
  onClose(cleanup) {
    // What is started while all is being ended would be left.
    if (this.#isClosed) void cleanup()
    else this.#cleanups.push(cleanup)
  }

  /** The path of a new folder. */
  async newFolder() {
    const folder = path.join(this.folder, `folder-${(this.#names += 1)}`)
    await mkdir(folder)
    return folder
  }

  /**
   * The path of a file of random bytes.
   *
   * @param {number} sizeBytes
   */
  file(sizeBytes) {
    return this.once(`file ${sizeBytes}`, async () => {
      const file = path.join(this.folder, `${sizeBytes}.bin`)
      const handle = await open(file, 'wx')
      const block = randomBytes(Math.min(blockBytes, sizeBytes))
      for (let left = sizeBytes; left > 0; left -= block.length)
        await handle.write(block, 0, Math.min(block.length, left))
      await handle.close()
      return file
    })
  }

  /**
   * The path of a file that has a size and no bytes: the system reads it as zeros, and the disk has no part in it.
   *
   * @param {number} sizeBytes
   */
  hollowFile(sizeBytes) {
    return this.once(`hollow ${sizeBytes}`, async () => {
      const file = path.join(this.folder, `${sizeBytes}.hollow`)
      await (await open(file, 'wx')).close()
      await truncate(file, sizeBytes)
      return file
    })
  }

  async close() {
    this.#isClosed = true
    for (const cleanup of this.#cleanups.toReversed()) await cleanup()
  }
}
