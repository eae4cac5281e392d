// @ts-check
import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDaemonRunning, readDaemonOutput, startDaemon } from '../daemon.mjs'
import { ScriptError } from '../script-error.mjs'
import { askDaemon } from './admin-socket.mjs'
import { runCephProgram } from './ceph-programs.mjs'

const deadlineMs = 120_000
const pollMs = 50

/** @typedef {import('./configuration.mjs').ClusterLayout} ClusterLayout */

/**
 * The monitor, an OSD or a radosgw, by its number.
 *
 * @typedef {'mon.a' | `osd.${number}` | `rgw.${number}`} DaemonName
 */

/**
 * All daemons of a cluster, in the order in which they start.
 *
 * @param {ClusterLayout} layout
 * @returns {DaemonName[]}
 */
export function listDaemons({ osds, gatewayPorts }) {
  return [
    'mon.a',
    ...Array.from({ length: osds }, (_, id) => /** @type {const} */ (`osd.${id}`)),
    ...gatewayPorts.map((_, id) => /** @type {const} */ (`rgw.${id}`)),
  ]
}

/**
 * Starts a daemon, and resolves when it does its work.
 *
 * @param {ClusterLayout} layout
 * @param {DaemonName} name
 */
export async function startCephDaemon(layout, name) {
  const { folder } = layout
  const daemon = { folder, name }
  if (!isDaemonRunning(daemon)) startDaemon(daemon, commandOf(name, folder))
  const deadline = performance.now() + deadlineMs
  while (!(await isReady(layout, name))) {
    if (!isDaemonRunning(daemon) || performance.now() > deadline) {
      const found = isDaemonRunning(daemon) ? `is not ready after ${deadlineMs} ms` : 'ended'
      throw new ScriptError(`${name} of the Ceph cluster ${found}: ${readDaemonOutput(daemon)}`)
    }
    await sleep(pollMs)
  }
}

/**
 * Makes the store of an OSD, empty. One that is kept in memory is lost when the OSD is killed; what its peers have comes
 * back.
 *
 * @param {ClusterLayout} layout
 * @param {number} id
 */
export async function formatOsd({ folder, fsid }, id) {
  const osdFolder = path.join(folder, `osd.${id}`)
  rmSync(osdFolder, { recursive: true, force: true })
  mkdirSync(osdFolder)
  await runCephProgram(folder, [
    'ceph-osd',
    '-i',
    String(id),
    '--mkfs',
    '--osd-uuid',
    osdId(fsid, id),
  ])
}

/**
 * The UUID of an OSD: that of its cluster, with a last part of its own.
 *
 * @param {string} fsid
 * @param {number} id
 */
export function osdId(fsid, id) {
  return fsid.replace(/[^-]*$/, String(id).padStart(12, '0'))
}

/**
 * @param {DaemonName} name
 * @param {string} folder
 * @returns {import('../command.mjs').Command}
 */
function commandOf(name, folder) {
  const [kind, id = ''] = name.split('.')
  const configuration = ['--conf', path.join(folder, 'ceph.conf'), '-f']
  if (kind === 'rgw') return ['radosgw', ...configuration, '-n', `client.${name}`]
  return [kind === 'mon' ? 'ceph-mon' : 'ceph-osd', ...configuration, '-i', id]
}

/**
 * @param {ClusterLayout} layout
 * @param {DaemonName} name
 */
async function isReady({ folder, gatewayPorts }, name) {
  const [kind, id] = name.split('.')
  const socket = path.join(folder, `${name}.asok`)
  if (kind === 'mon') return (await askDaemon(socket, 'mon_status'))?.state === 'leader'
  if (kind === 'osd') return (await askDaemon(socket, 'status'))?.state === 'active'
  return answers(`http://127.0.0.1:${gatewayPorts[Number(id)]}/`)
}

/** @param {string} url */
async function answers(url) {
  try {
    await (await fetch(url)).text()
    return true
  } catch {
    return false
  }
}
