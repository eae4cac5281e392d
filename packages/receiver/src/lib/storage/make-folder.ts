import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemErrorCode } from '../problem/errors.ts'

/**
 * Makes a folder and those it is in, where they are missing.
 *
 * Node's own `recursive` never ends where the system answers ENOENT within a folder that exists, as /proc does.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeOne(path)
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error
    await makeFolder(dirname(path))
    await makeOne(path)
  }
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    // Others make it at the same time. A file of this name is met by whoever writes into it.
    if (systemErrorCode(error) !== 'EEXIST') throw error
  }
}
