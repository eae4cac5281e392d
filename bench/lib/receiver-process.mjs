// @ts-check
import { readdir, truncate } from 'node:fs/promises'
import path from 'node:path'
import { goServer } from './compiled-programs.mjs'
import { nodeProgram, runMeasured, ServerProcess } from './processes.mjs'

/** @typedef {import('./workbench.mjs').Workbench} Workbench */

/**
 * A server to measure: one of `contestants/receiver/` with its options, or the one in Go.
 *
 * @typedef {'go' | { program: string, options?: object }} ReceiverKind
 */

const mebibyte = 1024 * 1024

/**
 * Starts a server with an empty folder, lets it take an upload of 1 MiB, and counts what it uses while `job` runs, or since that last called
 * `countFromHere`; what it has stored is emptied.
 *
 * @template T
 * @param {Workbench} bench
 * @param {ReceiverKind} kind
 * @param {(url: string, countFromHere: () => void) => Promise<T>} job
 */
export async function withReceiver(bench, kind, job) {
  const folder = await bench.newFolder()
  const server = await ServerProcess.start(bench, await receiverCommand(bench, kind, folder))
  try {
    const url = `http://127.0.0.1:${server.port}/upload`
    // What is compiled and opened at the first upload is not what is compared.
    await curlUpload(bench, { url, file: await bench.file(mebibyte) })
    let before = server.usage
    const result = await job(url, () => {
      before = server.usage
    })
    const after = server.usage
    const cpuSeconds = after.cpuSeconds - before.cpuSeconds
    return { result, cpuSeconds, peakBytes: after.peakBytes }
  } finally {
    await server.stop()
    await emptyFiles(folder)
  }
}

/**
 * Uploads a file with `curl -F`; rejects where it is not answered with 200.
 *
 * @param {Workbench} bench
 * @param {{ url: string, file: string }} upload
 */
export function curlUpload(bench, { url, file }) {
  return runMeasured(bench, ['curl', '--silent', '--fail', '--form', `file=@${file}`, url])
}

/**
 * Uploads so many files of random bytes over so many connections, which are kept; resolves with what was counted of it.
 *
 * @param {Workbench} bench
 * @param {string} url
 * @param {{ count: number, atOnce: number, sizeBytes: number }} load
 * @returns {Promise<{ perSecond: number, wallSeconds: number, p99Seconds: number, failed: number }>}
 */
export async function sendUploads(bench, url, { count, atOnce, sizeBytes }) {
  const numbers = [count, Math.min(count, atOnce), sizeBytes].map(String)
  const { output } = await runMeasured(bench, nodeProgram('send-uploads', url, ...numbers))
  return JSON.parse(output)
}

/**
 * Gives the space of all files back, and keeps their names until the benchmark is over: whoever makes a file within 35 s of the removal
 * of thousands, ext4 makes look at each of those again (`recently_deleted` took 0.3 to 2 ms a file), so that the next server would pay.
 *
 * @param {string} folder
 */
async function emptyFiles(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  for (const entry of entries) if (entry.isFile()) await truncate(path.join(entry.path, entry.name))
}

/**
 * @param {Workbench} bench
 * @param {ReceiverKind} kind
 * @param {string} folder
 * @returns {Promise<import('../../scripts/lib/command.mjs').Command>}
 */
async function receiverCommand(bench, kind, folder) {
  if (kind === 'go') return [await goServer(bench), folder]
  return nodeProgram('run-receiver', kind.program, folder, JSON.stringify(kind.options ?? {}))
}
