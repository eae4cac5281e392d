import { createHash } from 'node:crypto'
import { decodeTime } from 'ulid'
import { parseSealed } from '../sealed-text.ts'
import { claimKeepMs } from '../storage.ts'
import type { ListedObject, MultipartMarker, ObjectStore } from './object-store.ts'
import { findOrphanFolders } from './orphan-folders.ts'
import {
  claimsFolder,
  filesFolder,
  folderKey,
  parseClaimKind,
  parseFolderKey,
  sweepsFolder,
} from './s3-keys.ts'
import { listFolders, listObjects, listRecordIds } from './s3-list.ts'

const what = 'Sweeping the storage'
const atOnce = 8
// More are left to the next time.
const maxOrphans = 1000
const maxClaimsRead = 10_000
// How often servers sweep, as a part of the age at which something is an orphan.
const sweepsPerAge = 24

/** What to sweep. */
export interface SweepOptions {
  readonly store: ObjectStore
  /** Milliseconds after which nobody works any more at what is no upload. */
  readonly orphanAgeMs: number
}

/** The files of an upload that has no record. */
interface Orphan {
  readonly place: string
  readonly keys: readonly string[]
  /** When the last of them was written. */
  readonly modifiedMs: number
}

/**
 * Removes what servers that died left in a store: multipart uploads, the files of uploads without a record, and claims that
 * have had their time. All ages are by the store's clock. Of several servers one does it, and another the next time.
 */
export async function sweepStore(options: SweepOptions): Promise<void> {
  const { store, orphanAgeMs } = options
  const nowMs = await takeTurn(options)
  if (nowMs === undefined) return
  const bornBeforeMs = nowMs - orphanAgeMs
  await abortMultiparts(store, bornBeforeMs)
  const orphans = await findOrphans(store, bornBeforeMs)
  const claimed = await sweepClaims(store, { nowMs, orphans })
  for (const { place, keys } of orphans) {
    if (!claimed.has(place)) await deleteAll(store, keys)
  }
}

/** The time of the store; undefined where another server sweeps in this span of time, or has. */
async function takeTurn({ store, orphanAgeMs }: SweepOptions): Promise<number | undefined> {
  return await store.attempt(what, async (signal) => {
    const { objects, storeTimeMs } = await store.list({ prefix: sweepsFolder, limit: 1000 }, signal)
    const turn = Math.floor((storeTimeMs * sweepsPerAge) / orphanAgeMs)
    const key = `${sweepsFolder}${orphanAgeMs}-${turn}`
    const others = objects.filter((object) => object.key !== key)
    if (others.length < objects.length) return undefined
    const body = Buffer.alloc(0)
    const md5 = createHash('md5').digest()
    if (!(await store.put(key, { body, md5 }, { signal, ifNew: true }))) return undefined
    await Promise.all(others.map((other) => store.delete(other.key, signal)))
    return storeTimeMs
  })
}

async function abortMultiparts(store: ObjectStore, bornBeforeMs: number): Promise<void> {
  let from: MultipartMarker | undefined
  do {
    const page = await store.attempt(what, (signal) =>
      store.listMultiparts({ prefix: filesFolder, from }, signal),
    )
    for (const multipart of page.multiparts) {
      if (multipart.startedMs < bornBeforeMs)
        await store.attempt(what, (signal) => store.abortMultipart(multipart, signal))
    }
    from = page.next
  } while (from !== undefined)
}

/** Folders without a record in which nothing was written since, and which began before then. */
async function findOrphans(store: ObjectStore, bornBeforeMs: number): Promise<Orphan[]> {
  const orphans: Orphan[] = []
  for await (const place of findOrphanFolders(listStartIds(store), listRecordIds(store, {}))) {
    if (decodeTime(place) >= bornBeforeMs) continue
    const objects: ListedObject[] = []
    for await (const object of listObjects(store, folderKey(place))) objects.push(object)
    if (objects.length === 0) continue
    const modifiedMs = Math.max(...objects.map((object) => object.modifiedMs))
    // The clock of the server that began it may have been wrong.
    if (modifiedMs >= bornBeforeMs) continue
    orphans.push({ place, keys: objects.map(({ key }) => key), modifiedMs })
    if (orphans.length === maxOrphans) break
  }
  return orphans
}

async function* listStartIds(store: ObjectStore): AsyncGenerator<string, void, undefined> {
  for await (const folder of listFolders(store, filesFolder)) {
    const startId = parseFolderKey(folder)
    if (startId !== undefined) yield startId
  }
}

/**
 * Removes claims that have had their time. Returns which of the orphans are none, as a claim names them, also one that has just been
 * removed: somebody may have read it before.
 */
async function sweepClaims(
  store: ObjectStore,
  { nowMs, orphans }: { nowMs: number; orphans: readonly Orphan[] },
): Promise<Set<string>> {
  const claimed = new Set<string>()
  // A claim comes after the files of its upload. A store may tell whole seconds.
  const claimedSinceMs = Math.min(...orphans.map(({ modifiedMs }) => modifiedMs)) - 1000
  let claimsRead = 0
  const old: string[] = []
  for await (const { key, modifiedMs } of listObjects(store, claimsFolder)) {
    const kind = parseClaimKind(key)
    if (kind === undefined) continue
    if (kind === 'key' && modifiedMs >= claimedSinceMs && claimsRead < maxClaimsRead) {
      claimsRead += 1
      const text = await store.attempt(what, (signal) => store.readText(key, signal))
      claimed.add(parseSealed(text ?? '')?.place ?? '')
    }
    if (modifiedMs < nowMs - claimKeepMs[kind]) old.push(key)
    if (old.length === atOnce) await deleteAll(store, old.splice(0))
  }
  await deleteAll(store, old)
  if (claimsRead < maxClaimsRead) return claimed
  // Too many to read them all: what a claim may still name waits until it cannot be.
  const claimableMs = nowMs - 2 * claimKeepMs.key
  return new Set(orphans.filter((one) => one.modifiedMs >= claimableMs).map(({ place }) => place))
}

async function deleteAll(store: ObjectStore, keys: readonly string[]): Promise<void> {
  for (let start = 0; start < keys.length; start += atOnce) {
    const batch = keys.slice(start, start + atOnce)
    await store.attempt(what, async (signal) => {
      await Promise.all(batch.map((key) => store.delete(key, signal)))
    })
  }
}
