// @ts-check
import { startCephCluster } from '../../scripts/lib/ceph/start-ceph-cluster.mjs'
import { bound, ratio } from '../lib/goals.mjs'
import { curlUpload, withReceiver } from '../lib/receiver-process.mjs'
import { metrics } from '../lib/scenario.mjs'

/** @typedef {import('../lib/workbench.mjs').Workbench} Workbench */

const mebibyte = 1024 ** 2
const ours = 'createServer on a bucket'
const bare = 'lib-storage Upload'
const bucket = 'bench'
const { wall, cpu, peak } = metrics

/** @type {import('../lib/scenario.mjs').Scenario} */
export const receiverS3 = {
  name: 'receiver-s3',
  title: 'Receiver: a file of 256 MiB into a bucket',
  note: 'From curl -F to Ceph on the same machine, with one OSD in memory; beside it the SDK’s Upload of the body as it comes, unread. Without checksums. It runs where it is asked for: `npm run bench -- --only receiver-s3`.',
  metrics: [wall, cpu, peak],
  contestants: [
    { name: ours, role: 'ours', run: (bench) => receive(bench, 's3-wx-upload') },
    { name: bare, role: 'limit', run: (bench) => receive(bench, 's3-lib-storage') },
  ],
  goals: [
    // At least 0.95 of its throughput.
    ratio(wall, { of: ours, versus: bare, most: 1.05 }),
    bound(peak, { of: ours, most: 300_000_000 }),
  ],
  onlyWhenAsked: true,
}

/**
 * @param {Workbench} bench
 * @param {string} program
 */
async function receive(bench, program) {
  const options = { bucket, store: await openStore(bench) }
  const file = await bench.file(bench.scale(256 * mebibyte))
  const { result, ...usage } = await withReceiver(bench, { program, options }, (url) =>
    curlUpload(bench, { url, file }),
  )
  return { wallSeconds: result.wallSeconds, ...usage }
}

/** @param {Workbench} bench */
function openStore(bench) {
  return bench.once('store', async () => {
    const cluster = await startCephCluster({
      osds: 1,
      gateways: 1,
      replicas: 1,
      store: 'memstore',
    })
    bench.onClose(() => cluster.stop())
    await cluster.createBucket(bucket)
    return cluster.s3
  })
}
