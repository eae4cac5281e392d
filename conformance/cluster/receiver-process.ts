import { fileURLToPath } from 'node:url'
import { type RunningProgram, start } from '../packages/programs.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const command = 'packages/cli/bin/wx-upload.js'

/** How a receiver is started. */
export interface ReceiverOptions {
  readonly port: number
  /** What `--storage` is given. */
  readonly storage: string
  /** Where it finds the store's key. */
  readonly env: Readonly<Record<string, string>>
}

/** `wx-upload serve`, as it is built, in a process that can be killed. */
export class ReceiverProcess {
  readonly #options: ReceiverOptions
  #program: RunningProgram | undefined

  constructor(options: ReceiverOptions) {
    this.#options = options
  }

  get kind(): string {
    return 'receiver'
  }

  get url(): string {
    return `http://127.0.0.1:${this.#options.port}`
  }

  /** Starts it; resolves when it listens. */
  async restart(): Promise<void> {
    const { port, storage, env } = this.#options
    const args = ['serve', '--storage', storage, '--port', String(port), '--log', 'json']
    this.#program = start(process.execPath, [command, ...args], { cwd: root, env })
    await this.#program.until(/Listening on/)
  }

  async kill(): Promise<void> {
    await this.stop('SIGKILL')
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.#program?.stop(signal)
    this.#program = undefined
  }

  /** What it printed since it was started last, for the message of a failure. */
  output(): string {
    return this.#program?.output() ?? ''
  }
}
