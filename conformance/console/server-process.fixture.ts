import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { onTestFinished } from 'vitest'

const command = path.join(import.meta.dirname, '../../packages/cli/bin/wx-upload.js')

/** A server in a process of its own, which can be killed. */
export interface ServerProcess {
  readonly url: string
  /** Of the uploads. */
  readonly folder: string
  readonly port: string
  /** Ends it as a crash would. */
  kill(): Promise<void>
}

/** Starts `wx-upload serve` on a free port, or the one that is named; it ends with the test. */
export async function startServer(folder: string, port = '0'): Promise<ServerProcess> {
  const child = spawn(process.execPath, [command, 'serve', folder, '--port', port], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(child, 'exit')
  async function kill(): Promise<void> {
    child.kill('SIGKILL')
    await ended
  }
  onTestFinished(kill)
  let output = ''
  for await (const text of child.stderr.setEncoding('utf8')) {
    output += String(text)
    const [, url, listening] = /Listening on (http:\/\/\S+:(\d+))/.exec(output) ?? []
    if (url !== undefined && listening !== undefined) return { url, folder, port: listening, kill }
  }
  throw new Error(`the server ended:\n${output}`)
}
