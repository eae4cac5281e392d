// @ts-check
import { randomUUID } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { findFreePorts } from '../free-ports.mjs'
import { CephCluster, layoutFile, user } from './ceph-cluster.mjs'
import { formatOsd, osdId, startCephDaemon } from './ceph-daemons.mjs'
import { runCephProgram } from './ceph-programs.mjs'
import { clusterFolderPrefix, wipeAbandonedClusters } from './cluster-folder.mjs'
import { formatConfiguration } from './configuration.mjs'
import { ensureCeph } from './ensure-ceph.mjs'
import { formatKeyring } from './keyring.mjs'

const gibibyte = 1024 ** 3

/** @typedef {import('./configuration.mjs').ClusterLayout} ClusterLayout */

/**
 * What a cluster is to be made of.
 *
 * @typedef {object} ClusterOptions
 * @property {number} [osds] how many; default 3.
 * @property {number} [osdBytes] the size of each; default 16 GiB, which it takes only as it fills.
 * @property {'bluestore' | 'memstore'} [store] in files, or in memory and lost with the process; default `bluestore`.
 * @property {number} [replicas] copies of everything; one of them may be missing. Default one on each OSD.
 * @property {number} [gateways] how many radosgw; default 2.
 */

/**
 * Starts a Ceph cluster on this machine: a monitor, OSDs and radosgw on free ports of 127.0.0.1, and all they write in a
 * temporary folder. Several may run at once. Installs Ceph where that can be done unasked. {@link CephCluster.stop} ends it;
 * what a process that died could not end, the next start does.
 *
 * @param {ClusterOptions} [options]
 */
export async function startCephCluster(options) {
  await ensureCeph()
  await wipeAbandonedClusters()
  const layout = await planCluster(options)
  writeFiles(layout)
  const cluster = new CephCluster(layout.folder)
  try {
    await startMonitor(layout)
    await startOsds(layout)
    await startGateways(layout)
  } catch (error) {
    await cluster.stop()
    throw error
  }
  return cluster
}

/**
 * @param {ClusterOptions} [options]
 * @returns {Promise<ClusterLayout>}
 */
async function planCluster(options = {}) {
  const { osds = 3, osdBytes = 16 * gibibyte, store = 'bluestore', gateways = 2 } = options
  const [monitorPort = 0, ...gatewayPorts] = await findFreePorts(1 + gateways)
  const folder = mkdtempSync(clusterFolderPrefix())
  const { replicas = osds } = options
  return { folder, fsid: randomUUID(), monitorPort, gatewayPorts, osds, osdBytes, store, replicas }
}

/** @param {ClusterLayout} layout */
function writeFiles(layout) {
  const { folder, osds, gatewayPorts } = layout
  const files = {
    [layoutFile]: JSON.stringify(layout),
    'ceph.conf': formatConfiguration(layout),
    keyring: formatKeyring({ osds, gateways: gatewayPorts.length }),
  }
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(path.join(folder, name), text, { mode: 0o600 })
  }
}

/** @param {ClusterLayout} layout */
async function startMonitor(layout) {
  const { folder, fsid, monitorPort } = layout
  const map = path.join(folder, 'monmap')
  const address = `[v2:127.0.0.1:${monitorPort}]`
  await runCephProgram(folder, [
    'monmaptool',
    '--create',
    '--fsid',
    fsid,
    '--addv',
    'a',
    address,
    map,
  ])
  const keyring = path.join(folder, 'keyring')
  await runCephProgram(folder, [
    'ceph-mon',
    '-i',
    'a',
    '--mkfs',
    '--monmap',
    map,
    '--keyring',
    keyring,
  ])
  await startCephDaemon(layout, 'mon.a')
}

/** @param {ClusterLayout} layout */
async function startOsds(layout) {
  const { folder, fsid, osds } = layout
  const ids = Array.from({ length: osds }, (_, id) => id)
  // One after the other: the program takes a command at a time.
  for (const id of ids) {
    await runCephProgram(folder, ['ceph', 'osd', 'new', osdId(fsid, id), String(id)])
  }
  await waitForAll(
    ids.map(async (id) => {
      await formatOsd(layout, id)
      await startCephDaemon(layout, `osd.${id}`)
    }),
  )
}

/** @param {ClusterLayout} layout */
async function startGateways(layout) {
  const { folder, gatewayPorts } = layout
  const { name, accessKeyId, secretAccessKey } = user
  // The first makes the pools.
  await startCephDaemon(layout, 'rgw.0')
  const keys = [`--access-key=${accessKeyId}`, `--secret-key=${secretAccessKey}`]
  const identity = [`--uid=${name}`, `--display-name=${name}`]
  await waitForAll([
    runCephProgram(folder, ['radosgw-admin', 'user', 'create', ...identity, ...keys]),
    ...gatewayPorts.slice(1).map((_, index) => startCephDaemon(layout, `rgw.${index + 1}`)),
  ])
}

/**
 * Like `Promise.all`, but when one fails the others are over too: nothing starts any more in a cluster that is stopped.
 *
 * @param {Promise<unknown>[]} promises
 */
async function waitForAll(promises) {
  await Promise.allSettled(promises)
  await Promise.all(promises)
}
