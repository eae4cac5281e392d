// @ts-check
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { askDaemon } from '../ceph/admin-socket.mjs'
import { startCephCluster } from '../ceph/start-ceph-cluster.mjs'

const gigabyte = 1_000_000_000

/** @typedef {import('./loaded-receiver.mjs').Place} Place */

/**
 * Where receivers may keep uploads, each for itself.
 *
 * @typedef {object} Places
 * @property {number} maxBytes that one run may store.
 * @property {() => Promise<Place>} create
 * @property {(place: Place) => Promise<void>} remove
 * @property {() => Promise<number | undefined>} countRequests that the store has answered; undefined where there is none.
 * @property {() => Promise<void>} close
 */

/**
 * @param {import('./load-options.mjs').LoadOptions} options
 * @returns {Promise<Places>}
 */
export function openPlaces({ storage, durability }) {
  return storage === 's3' ? openBuckets() : openFolders(durability)
}

/**
 * @param {string} durability
 * @returns {Promise<Places>}
 */
async function openFolders(durability) {
  const parent = await mkdtemp(path.join(tmpdir(), 'wx-upload-load-'))
  return {
    maxBytes: 4 * gigabyte,
    create: async () => ({
      args: [await mkdtemp(path.join(parent, 'uploads-')), '--durability', durability],
      env: {},
    }),
    remove: ({ args: [folder = ''] }) => rm(folder, { recursive: true }),
    countRequests: async () => undefined,
    close: () => rm(parent, { recursive: true }),
  }
}

/** @returns {Promise<Places>} */
async function openBuckets() {
  process.stderr.write('Starting a Ceph cluster …\n')
  // One copy of everything: it has to share two processors with the rest.
  const cluster = await startCephCluster({ osds: 1, gateways: 1, replicas: 1 })
  let buckets = 0
  return {
    maxBytes: gigabyte / 4,
    async create() {
      const bucket = `load-${(buckets += 1)}`
      await cluster.createBucket(bucket)
      return { args: ['--storage', cluster.storageUrl(bucket)], env: cluster.environment }
    },
    // It goes with the cluster.
    remove: async () => {},
    countRequests: () => countGatewayRequests(cluster.folder),
    close: () => cluster.stop(),
  }
}

/** @param {string} folder of the cluster. */
async function countGatewayRequests(folder) {
  const socket = (await readdir(folder)).find((name) => /rgw\.0\.\d+\.asok$/.test(name))
  const counters = await askDaemon(path.join(folder, socket ?? ''), 'perf dump')
  const gateway = Object.entries(counters ?? {}).find(([name]) => name.startsWith('rgw'))
  const { req } = /** @type {{ req?: number }} */ (gateway?.[1] ?? {})
  return req
}
