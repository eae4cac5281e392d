// @ts-check
import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const pollMs = 20

/**
 * A program that outlives the one that starts it. Its pid and what it prints lie in files of its folder, so that another
 * process can stop it; the folder is among its arguments, by which it is told from a stranger with the same pid.
 *
 * @typedef {{ folder: string, name: string }} Daemon
 */

/**
 * Starts a daemon.
 *
 * @param {Daemon} daemon
 * @param {import('./command.mjs').Command} command
 */
export function startDaemon({ folder, name }, [program, ...args]) {
  const log = openSync(path.join(folder, `${name}.out`), 'a')
  const child = spawn(program, args, { cwd: folder, detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  // Whoever waits for it to answer finds out.
  child.on('error', () => {})
  child.unref()
  if (child.pid !== undefined) writeFileSync(pidFile({ folder, name }), String(child.pid))
}

/**
 * Whether the daemon runs; one that was killed and not yet buried does not.
 *
 * @param {Daemon} daemon
 */
export function isDaemonRunning(daemon) {
  return runningPid(daemon) !== undefined
}

/**
 * Sends a signal to a daemon. Does nothing where it does not run.
 *
 * @param {Daemon} daemon
 * @param {NodeJS.Signals} signal
 */
export function signalDaemon(daemon, signal) {
  const pid = runningPid(daemon)
  if (pid !== undefined) process.kill(pid, signal)
}

/**
 * Ends a daemon, and resolves when it is gone.
 *
 * @param {Daemon} daemon
 * @param {NodeJS.Signals} [signal]
 */
export async function stopDaemon(daemon, signal = 'SIGKILL') {
  signalDaemon(daemon, signal)
  while (isDaemonRunning(daemon)) await sleep(pollMs)
}

/**
 * What the daemon printed, for the message of a failure.
 *
 * @param {Daemon} daemon
 */
export function readDaemonOutput({ folder, name }) {
  const file = path.join(folder, `${name}.out`)
  return existsSync(file) ? readFileSync(file, 'utf8').slice(-2000) : ''
}

/**
 * @param {Daemon} daemon
 * @returns {number | undefined}
 */
function runningPid(daemon) {
  const file = pidFile(daemon)
  if (!existsSync(file)) return undefined
  const pid = Number(readFileSync(file, 'utf8'))
  return commandLineOf(pid).includes(daemon.folder) ? pid : undefined
}

/**
 * The command line of a process; empty where there is none, or nobody has buried it.
 *
 * @param {number} pid
 */
export function commandLineOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

/** @param {Daemon} daemon */
function pidFile({ folder, name }) {
  return path.join(folder, `${name}.pid`)
}
