import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { start } from '../packages/programs.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** `wx-upload faults`, as it runs for all tests of a project. */
    faults: RunningFaults
  }
}

/** What an upload comes to. */
export type Outcome =
  | { readonly statusCode: number; readonly data?: string }
  | { readonly errMsg: string }

/** A fault as the command lists it. */
export interface ListedFault {
  readonly name: string
  readonly title: string
  readonly does: string
  readonly url: string
  /** Whether it is one of HTTP/2. */
  readonly http2: boolean
  readonly node: readonly Outcome[]
  readonly browser: readonly Outcome[]
}

/** What is known of a server that runs. */
export interface RunningFaults {
  readonly faults: readonly ListedFault[]
  /** Of the authority of its certificates, in PEM. */
  readonly ca: string
  /** Every origin that an upload may be sent to, for a domain list. */
  readonly domains: readonly string[]
}

/** `wx-upload faults` in a process of its own. */
export interface FaultProcess {
  readonly running: RunningFaults
  /** Stops it. Resolves with its exit code. */
  readonly stop: () => Promise<number | null>
}

const command = fileURLToPath(new URL('../../packages/cli/bin/wx-upload.js', import.meta.url))

/** Starts the server in a process of its own, with an authority of its own. */
export async function startFaults(): Promise<FaultProcess> {
  const home = await mkdtemp(path.join(tmpdir(), 'wx-upload-faults-'))
  const env = { XDG_DATA_HOME: home, HOME: home, LOCALAPPDATA: home }
  const args = [command, 'faults', '--port', '0', '--json']
  const program = start(process.execPath, args, { cwd: home, env })
  const [json] = await program.until(/^\{.*\}$/m)
  const list = JSON.parse(json) as {
    authorityFile: string
    origins: string[]
    faults: ListedFault[]
  }
  const origins = [...list.origins, ...list.faults.map(({ url }) => new URL(url).origin)]
  return {
    running: {
      faults: list.faults,
      ca: await readFile(list.authorityFile, 'utf8'),
      domains: [...new Set(origins)],
    },
    async stop() {
      const code = await program.stop()
      await rm(home, { recursive: true, force: true })
      return code
    },
  }
}

/** Whether it takes the end of the time to know the outcome. */
export function mayTimeOut(outcomes: readonly Outcome[]): boolean {
  return outcomes.some((each) => 'errMsg' in each && each.errMsg === 'uploadFile:fail timeout')
}

/** The faults with what a title says of them first. */
export function titled(
  faults: readonly ListedFault[],
): (readonly [name: string, does: string, fault: ListedFault])[] {
  return faults.map((fault) => [fault.name, fault.does.replace(/\.$/, ''), fault])
}
