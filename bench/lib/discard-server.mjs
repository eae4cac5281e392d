// @ts-check
import path from 'node:path'
import { runQuietly } from '../../scripts/lib/command.mjs'
import { compiledProgram } from './compiled-programs.mjs'
import { ServerProcess } from './processes.mjs'

/** @typedef {import('./workbench.mjs').Workbench} Workbench */

/**
 * The url of a server that reads uploads and keeps nothing. All runs use the same one.
 *
 * @param {Workbench} bench
 */
export function discardUrl(bench) {
  return bench.once('discard server', async () => {
    const server = await ServerProcess.start(bench, [
      await compiledProgram(bench, 'discard-server'),
    ])
    return `http://127.0.0.1:${server.port}/upload`
  })
}

/**
 * The same over TLS, and the file of its certificate.
 *
 * @param {Workbench} bench
 */
export function secureDiscardUrl(bench) {
  return bench.once('secure discard server', async () => {
    const program = await compiledProgram(bench, 'discard-server')
    const { certificate, key } = await makeCertificate(bench)
    const server = await ServerProcess.start(bench, [program, 'tls', certificate, key])
    return { url: `https://127.0.0.1:${server.port}/upload`, certificate }
  })
}

/**
 * A server that takes so many bytes a second, and prints what it has taken; for one run.
 *
 * @param {Workbench} bench
 * @param {number} bytesPerSecond
 */
export async function startSlowServer(bench, bytesPerSecond) {
  const program = await compiledProgram(bench, 'discard-server')
  return ServerProcess.start(bench, [program, 'slow', String(bytesPerSecond)])
}

/** @param {Workbench} bench */
async function makeCertificate({ folder }) {
  const certificate = path.join(folder, 'certificate.pem')
  const key = path.join(folder, 'key.pem')
  const files = ['-keyout', key, '-out', certificate]
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1']
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc']
  const { code, output } = await runQuietly(['openssl', 'req', ...kind, ...names, ...files])
  if (code !== 0) throw new Error(`openssl made no certificate: ${output}`)
  return { certificate, key }
}
