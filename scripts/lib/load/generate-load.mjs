// @ts-check
import { setTimeout as sleep } from 'node:timers/promises'
import { KeptConnection } from './kept-connection.mjs'
import { UploadRequests } from './upload-request.mjs'

/**
 * What a load generator is to do: uploads one after the other on each connection until the time is over; one slow upload on each; or
 * nothing at all, until it is stopped.
 *
 * @typedef {object} LoadJob
 * @property {'uploads' | 'slow' | 'idle'} kind
 * @property {string} url of the receiver.
 * @property {number} connections
 * @property {number} sizeBytes of a file.
 * @property {number} durationMs
 * @property {boolean} withKeys whether each upload has an Idempotency-Key.
 * @property {number} maxUploads after which it is over, too.
 */

/**
 * What came of it.
 *
 * @typedef {object} LoadResult
 * @property {number[]} latenciesMs of uploads that were stored.
 * @property {Record<string, number>} failures by what was answered instead of 200.
 * @property {number} elapsedMs
 * @property {number} openConnections at the end.
 */

const pieceMs = 500

/**
 * Does a job.
 *
 * @param {LoadJob} job
 * @param {() => Promise<void>} untilStopped resolves when idle connections are not needed any more; called when they are open.
 * @returns {Promise<LoadResult>}
 */
export async function generateLoad(job, untilStopped) {
  const url = new URL(job.url)
  const connections = await openConnections(url, job.connections)
  const requests = new UploadRequests({ host: url.host, ...job })
  /** @type {LoadResult} */
  const result = { latenciesMs: [], failures: {}, elapsedMs: 0, openConnections: 0 }
  const startedAt = performance.now()
  if (job.kind === 'idle') await untilStopped()
  else {
    const send = job.kind === 'slow' ? sendSlowly : sendOnAndOn
    await Promise.all(
      connections.map((connection) => send(connection, { job, requests, result, startedAt })),
    )
  }
  result.elapsedMs = performance.now() - startedAt
  result.openConnections = connections.filter(({ isOpen }) => isOpen).length
  for (const connection of connections) connection.close()
  return result
}

/**
 * @param {URL} url
 * @param {number} count
 */
async function openConnections(url, count) {
  /** @type {KeptConnection[]} */
  const connections = []
  // A few at a time: the system holds so many that the receiver has not taken yet.
  while (connections.length < count) {
    const some = Array.from(
      { length: Math.min(100, count - connections.length) },
      () => new KeptConnection(url),
    )
    await Promise.all(some.map(({ opened }) => opened))
    connections.push(...some)
  }
  return connections
}

/**
 * What an upload needs to know.
 *
 * @typedef {{ job: LoadJob, requests: UploadRequests, result: LoadResult, startedAt: number }} Sending
 */

/**
 * @param {KeptConnection} connection
 * @param {Sending} sending
 */
async function sendOnAndOn(connection, { job, requests, result, startedAt }) {
  const { durationMs, maxUploads } = job
  while (performance.now() - startedAt < durationMs && result.latenciesMs.length < maxUploads) {
    const sentAt = performance.now()
    const answer = connection.nextAnswer()
    connection.write(requests.nextHead())
    connection.write(requests.body)
    if (!note(await answer, { result, sentAt })) return
  }
}

/**
 * @param {KeptConnection} connection
 * @param {Sending} sending
 */
async function sendSlowly(connection, { job, requests, result }) {
  const { body } = requests
  const pieces = Math.ceil(job.durationMs / pieceMs)
  const pieceBytes = Math.ceil(body.length / pieces)
  const answer = connection.nextAnswer()
  // Not all at the same moment.
  await sleep(Math.random() * pieceMs)
  const sentAt = performance.now()
  connection.write(requests.nextHead())
  for (let sent = 0; sent < body.length && connection.isOpen; sent += pieceBytes) {
    connection.write(body.subarray(sent, sent + pieceBytes))
    await sleep(pieceMs)
  }
  note(await answer, { result, sentAt })
}

/**
 * Notes how an upload ended; returns whether it was stored.
 *
 * @param {string} status
 * @param {{ result: LoadResult, sentAt: number }} upload
 */
function note(status, { result, sentAt }) {
  if (status === '200') result.latenciesMs.push(performance.now() - sentAt)
  else result.failures[status] = (result.failures[status] ?? 0) + 1
  return status === '200'
}
