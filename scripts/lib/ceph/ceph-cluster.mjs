// @ts-check
import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { isDaemonRunning, signalDaemon, stopDaemon } from '../daemon.mjs'
import { formatOsd, listDaemons, startCephDaemon } from './ceph-daemons.mjs'
import { runCephProgram } from './ceph-programs.mjs'

/** The file in a cluster's folder from which any process learns what the cluster is made of. */
export const layoutFile = 'cluster.json'

/** The user of every cluster, who may make buckets. */
export const user = {
  name: 'test',
  accessKeyId: 'wxuploadtest',
  secretAccessKey: 'wx-upload-test-secret',
}

const region = 'us-east-1'

/** @typedef {import('./ceph-daemons.mjs').DaemonName} DaemonName */

/** A Ceph cluster on this machine. Any process has it by its folder, whichever started it. */
export class CephCluster {
  /** @type {import('./configuration.mjs').ClusterLayout} */
  #layout

  /** @param {string} folder */
  constructor(folder) {
    this.#layout = JSON.parse(readFileSync(path.join(folder, layoutFile), 'utf8'))
  }

  get folder() {
    return this.#layout.folder
  }

  /** Every daemon: `mon.a`, `osd.0` …, `rgw.0` … */
  get daemons() {
    return listDaemons(this.#layout)
  }

  /** Where each radosgw answers. */
  get endpoints() {
    return this.#layout.gatewayPorts.map((port) => `http://127.0.0.1:${port}`)
  }

  /** The variables from which an S3 client takes by itself how to use the cluster. */
  get environment() {
    const { endpoint, region, credentials } = this.s3
    return {
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    }
  }

  /** What an S3 client needs to use the cluster through its first radosgw. */
  get s3() {
    const { accessKeyId, secretAccessKey } = user
    const [endpoint = ''] = this.endpoints
    return { endpoint, region, credentials: { accessKeyId, secretAccessKey }, forcePathStyle: true }
  }

  /**
   * The cluster's bucket as `wx-upload serve --storage` takes it.
   *
   * @param {string} bucket
   * @param {string} [endpoint] another one than the first radosgw.
   */
  storageUrl(bucket, endpoint = this.s3.endpoint) {
    const options = new URLSearchParams({ endpoint, region, pathStyle: 'true' })
    return `s3://${bucket}?${options}`
  }

  /**
   * Sends a signal to a daemon, and waits until it is gone, unless the signal only pauses it or lets it go on.
   *
   * @param {DaemonName} name
   * @param {NodeJS.Signals} [signal]
   */
  async kill(name, signal = 'SIGKILL') {
    const daemon = { folder: this.folder, name }
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') signalDaemon(daemon, signal)
    else await stopDaemon(daemon, signal)
  }

  /**
   * Starts a daemon that was killed, lets one go on that was paused, and waits until it does its work.
   *
   * @param {DaemonName} name
   */
  async restart(name) {
    const daemon = { folder: this.folder, name }
    const isInMemory = this.#layout.store === 'memstore' && name.startsWith('osd.')
    signalDaemon(daemon, 'SIGCONT')
    if (isInMemory && !isDaemonRunning(daemon))
      await formatOsd(this.#layout, Number(name.slice('osd.'.length)))
    await startCephDaemon(this.#layout, name)
  }

  /**
   * Makes a bucket of the user's.
   *
   * @param {string} name
   */
  async createBucket(name) {
    // What has to be installed first.
    const { CreateBucketCommand, S3Client } = await import('@aws-sdk/client-s3')
    const client = new S3Client(this.s3)
    await client.send(new CreateBucketCommand({ Bucket: name }))
    client.destroy()
  }

  /**
   * Lets the user store no more than this; null lifts it.
   *
   * @param {number | null} maxBytes
   */
  async setQuota(maxBytes) {
    const scope = ['--quota-scope=user', `--uid=${user.name}`]
    if (maxBytes !== null)
      await this.#administer('quota', 'set', `--max-size=${maxBytes}`, ...scope)
    await this.#administer('quota', maxBytes === null ? 'disable' : 'enable', ...scope)
  }

  /**
   * Lets the OSDs take no more than this part of their bytes: above it the cluster is full, and whoever writes waits.
   *
   * @param {number} ratio from 0 to 1; 0.95 when a cluster is new.
   */
  async setFullRatio(ratio) {
    for (const name of ['nearfull', 'backfillfull', 'full']) {
      await runCephProgram(this.folder, ['ceph', 'osd', `set-${name}-ratio`, String(ratio)])
    }
  }

  /** Ends every daemon, and removes all of it. */
  async stop() {
    const { folder } = this
    await Promise.all(this.daemons.map((name) => stopDaemon({ folder, name })))
    rmSync(folder, { recursive: true, force: true })
  }

  /** @param {...string} args of radosgw-admin. */
  async #administer(...args) {
    await runCephProgram(this.folder, ['radosgw-admin', ...args])
  }
}
