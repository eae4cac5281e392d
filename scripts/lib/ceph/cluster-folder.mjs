// @ts-check
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { commandLineOf } from '../daemon.mjs'
import { CephCluster, layoutFile } from './ceph-cluster.mjs'

const name = /^wx-upload-ceph-(\d+)-/
/** The daemons have sockets in the folder, and the path of one is at most 107 bytes long. */
const longestParent = 60

/** The path of a new cluster's folder, but for its last characters. The pid in it is that of whoever is to stop it. */
export function clusterFolderPrefix() {
  return path.join(parentFolder(), `wx-upload-ceph-${process.pid}-`)
}

/** Stops and removes the clusters of processes that have died. */
export async function wipeAbandonedClusters() {
  const parent = parentFolder()
  const abandoned = readdirSync(parent).filter((entry) => {
    const [, pid] = name.exec(entry) ?? []
    return pid !== undefined && commandLineOf(Number(pid)) === ''
  })
  for (const entry of abandoned) {
    const folder = path.join(parent, entry)
    if (existsSync(path.join(folder, layoutFile))) await new CephCluster(folder).stop()
    else rmSync(folder, { recursive: true, force: true })
  }
}

function parentFolder() {
  return tmpdir().length <= longestParent ? tmpdir() : '/tmp'
}
