import { createHash } from 'node:crypto'
import { ReceiverError } from '../../problem/errors.ts'
import type { ClaimName } from '../storage.ts'
import type { ObjectStore } from './object-store.ts'
import { claimKey } from './s3-keys.ts'

// Each time, somebody gave the name back between two requests.
const maxTries = 5

/** Claims are objects that are written on the condition that there is none. */
export class S3Claims {
  readonly #store: ObjectStore

  constructor(store: ObjectStore) {
    this.#store = store
  }

  claim(name: ClaimName, text: string): Promise<string | undefined> {
    const key = claimKey(name)
    const body = Buffer.from(text)
    const md5 = createHash('md5').update(body).digest()
    return this.#store.attempt('Claiming a name', async (signal) => {
      for (let count = 0; count < maxTries; count += 1) {
        if (await this.#store.put(key, { body, md5 }, { signal, ifNew: true })) return undefined
        const found = await this.#store.readText(key, signal)
        if (found !== undefined) return found
      }
      throw new ReceiverError(
        'storage-unavailable',
        'Claiming a name found it claimed and given back too often',
      )
    })
  }

  read(name: ClaimName): Promise<string | undefined> {
    return this.#store.attempt('Looking for a claim', (signal) =>
      this.#store.readText(claimKey(name), signal),
    )
  }

  release(name: ClaimName): Promise<void> {
    return this.#store.attempt('Giving a claim back', (signal) =>
      this.#store.delete(claimKey(name), signal),
    )
  }
}
