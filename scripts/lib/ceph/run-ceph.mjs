// @ts-check
import { ensureBuilt } from '../build.mjs'
import { ensureInstalled } from '../install.mjs'
import { startCephCluster } from './start-ceph-cluster.mjs'

const bucket = 'uploads'
const longestTimerMs = 2 ** 31 - 1

/** `npm run ceph`: a Ceph cluster to try things with, until Ctrl-C. */
export async function runCeph() {
  await ensureInstalled()
  await ensureBuilt()
  const signal = waitForSignal()
  console.log('Starting a Ceph cluster …')
  const cluster = await startCephCluster()
  await cluster.createBucket(bucket)
  const variables = Object.entries(cluster.environment).map(([name, value]) => `${name}=${value}`)
  console.log(`
It runs in ${cluster.folder}: ${cluster.daemons.join(', ')}.
radosgw answers at ${cluster.endpoints.join(' and ')}.

export ${variables.join(' ')}
npx wx-upload serve --storage '${cluster.storageUrl(bucket)}'

Ctrl-C stops the cluster and removes all of it.`)
  await signal
  await cluster.stop()
  return 0
}

/** Resolves at the first SIGINT or SIGTERM; one that comes while the cluster starts waits until it can be stopped. */
function waitForSignal() {
  return new Promise((resolve) => {
    // Listening to signals does not keep a process alive.
    const timer = setInterval(() => {}, longestTimerMs)
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
      process.on(signal, () => {
        clearInterval(timer)
        resolve(undefined)
      })
    }
  })
}
