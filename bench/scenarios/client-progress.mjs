// @ts-check
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { startSlowServer } from '../lib/discard-server.mjs'
import { bound } from '../lib/goals.mjs'
import { nodeProgram, runMeasured } from '../lib/processes.mjs'
import { formatNumber } from '../lib/scenario.mjs'

/** @typedef {import('../lib/scenario.mjs').Contestant} Contestant */
/** @typedef {import('../lib/scenario.mjs').Metric} Metric */
/** @typedef {import('../lib/workbench.mjs').Workbench} Workbench */

const mebibyte = 1024 ** 2
const fileBytes = 64 * mebibyte
const bytesPerSecond = 48 * mebibyte
// What the slow server's socket takes, of which the system counts twice as much, and the read it is in.
const serverBytes = 2 * 128 * 1024 + 32 * 1024
const pollMs = 5
const ours = 'wx.uploadFile'

/** @type {Metric} */
const ahead = {
  name: 'aheadBytes',
  title: 'most MB ahead',
  better: 'less',
  format: (bytes) => formatNumber(bytes / 1_000_000),
}

/** @type {Metric} */
const doneAt = {
  name: 'doneShare',
  title: '100 % at % of the time',
  better: 'more',
  format: (share) => (share * 100).toFixed(0),
}

/** @type {import('../lib/scenario.mjs').Scenario} */
export const clientProgress = {
  name: 'client-progress',
  title: 'Client: how far progress is ahead of the server',
  note: `A file of 64 MiB to a server that takes 48 MiB a second: what a client says that it has sent, beside what the server had taken in that moment. The system’s buffer of a socket has up to ${formatNumber(socketBytes() / 1_000_000)} MB, of which no client knows.`,
  metrics: [ahead, doneAt],
  contestants: [
    client(ours, 'wx-upload-file', 'ours'),
    client('node:http', 'bare-http', 'limit'),
    client('got + form-data', 'got-form-data', 'peer'),
    client('got + formdata-node', 'got-formdata-node', 'peer'),
    client('axios, maxRedirects: 0', 'axios-tuned', 'peer'),
    client('axios', 'axios', 'peer'),
    client('superagent', 'superagent', 'peer'),
    client('ky', 'ky', 'peer'),
  ],
  goals: [bound(ahead, { of: ours, most: socketBytes() + serverBytes })],
}

/**
 * @param {string} name
 * @param {string} program
 * @param {Contestant['role']} role
 * @returns {Contestant}
 */
function client(name, program, role) {
  return {
    name,
    role,
    run: (bench) => watchProgress(bench, program),
    // No goal is about the others.
    ...(role === 'peer' && { runs: 3 }),
  }
}

/**
 * @param {Workbench} bench
 * @param {string} program
 */
async function watchProgress(bench, program) {
  const sizeBytes = bench.scale(fileBytes)
  const file = await bench.file(sizeBytes)
  const server = await startSlowServer(bench, bytesPerSecond)
  const job = { url: `http://127.0.0.1:${server.port}/upload`, file, logsProgress: true }
  try {
    const command = nodeProgram('run-client', program, JSON.stringify(job))
    const { output } = await runMeasured(bench, command)
    // What it has printed may still be on the way.
    while ((readLog(server.output).at(-1)?.bytes ?? 0) < sizeBytes) await sleep(pollMs)
    return compare(readLog(output), readLog(server.output))
  } finally {
    await server.stop()
  }
}

/**
 * At which time how much was done.
 *
 * @typedef {{ atMicroseconds: number, bytes: number }} Moment
 */

/**
 * @param {readonly Moment[]} sent
 * @param {readonly Moment[]} taken
 */
function compare(sent, taken) {
  const [first] = taken
  const last = taken.at(-1)
  if (first === undefined || last === undefined) throw new Error('the server has taken nothing')
  let aheadBytes = 0
  let index = 0
  let takenBytes = 0
  for (const { atMicroseconds, bytes } of sent) {
    for (
      let next = taken[index];
      next && next.atMicroseconds <= atMicroseconds;
      next = taken[index]
    ) {
      takenBytes = next.bytes
      index += 1
    }
    aheadBytes = Math.max(aheadBytes, bytes - takenBytes)
  }
  const saidDone = sent.find(({ bytes }) => bytes >= last.bytes) ?? last
  const whole = last.atMicroseconds - first.atMicroseconds
  const doneShare = Math.min(1, (saidDone.atMicroseconds - first.atMicroseconds) / whole)
  return { aheadBytes, doneShare: Math.max(0, doneShare) }
}

/**
 * @param {string} text
 * @returns {Moment[]}
 */
function readLog(text) {
  return Array.from(text.matchAll(/^(\d+) (\d+)$/gm), ([, time, bytes]) => ({
    atMicroseconds: Number(time),
    bytes: Number(bytes),
  }))
}

/** The most that Linux keeps of what a program has written to a socket. */
function socketBytes() {
  try {
    const [, , most] = readFileSync('/proc/sys/net/ipv4/tcp_wmem', 'utf8').split(/\s+/).map(Number)
    return most ?? 0
  } catch {
    return 0
  }
}
