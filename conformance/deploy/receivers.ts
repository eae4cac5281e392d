import { findFreePorts } from '../../scripts/lib/free-ports.mjs'
import { root, tool } from '../../scripts/lib/command.mjs'
import { type RunningProgram, start } from '../packages/programs.ts'

const maxFileSize = '20MiB'

/** What `wx-upload serve` is started with. */
export interface ServeOptions {
  /** The folder that all receivers share. */
  readonly folder: string
  readonly publicUrl: string
}

/** `wx-upload serve`, as it is built, at a port that stays its own. */
export class Receiver {
  readonly port: number
  #program: RunningProgram | undefined

  constructor(port: number) {
    this.port = port
  }

  /** Starts it; resolves when it listens. */
  async start({ folder, publicUrl }: ServeOptions): Promise<void> {
    const [program, ...args] = tool('wx-upload', 'serve', folder)
    const options = ['--port', String(this.port), '--public-url', publicUrl, '--log', 'json']
    options.push('--max-file-size', maxFileSize)
    this.#program = start(program, [...args, ...options], { cwd: root })
    await this.#program.until(/Ctrl-C stops it/)
  }

  /** Whether it has an upload under way, as its live events tell. */
  async isReceiving(): Promise<boolean> {
    const response = await fetch(`http://127.0.0.1:${this.port}/events`)
    const reader = response.body?.getReader()
    // The first event is the state of now, and comes at once.
    const { value } = (await reader?.read()) ?? {}
    await reader?.cancel()
    return new TextDecoder().decode(value).includes('"requestId"')
  }

  /** Stops it with a signal; resolves when it is gone, with the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null | undefined> {
    const program = this.#program
    this.#program = undefined
    return await program?.stop(signal)
  }
}

/** Receivers that are to be started. */
export async function createReceivers(count: number): Promise<Receiver[]> {
  return (await findFreePorts(count)).map((port) => new Receiver(port))
}
