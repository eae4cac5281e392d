import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the units that are shipped. */
export const unitFolder = fileURLToPath(new URL('../../docs/deploy/systemd/', import.meta.url))

/** Where the units expect the command. */
export const installedCommand = '/usr/local/bin/wx-upload'

/** What systemd puts into a unit when it starts it. */
export interface Instance {
  /** `%i`. */
  readonly name: string
  /** `%S`. */
  readonly stateFolder: string
}

/** A line `NAME=value` of a file of variables. */
export type Variables = Readonly<Record<string, string>>

/** The parts of a shipped unit that a test runs. */
export class ShippedUnit {
  readonly #lines: readonly (readonly [name: string, value: string])[]

  constructor(fileName: string) {
    this.#lines = readSettings(readFileSync(path.join(unitFolder, fileName), 'utf8'))
  }

  /** The values of a setting, in order. */
  values(name: string): string[] {
    return this.#lines.flatMap(([found, value]) => (found === name ? [value] : []))
  }

  /** The variables that the unit itself sets. */
  environment(instance: Instance): Record<string, string> {
    return Object.fromEntries(
      this.values('Environment').map((line) => splitOnce(fillIn(line, instance))),
    )
  }

  /** The arguments of `ExecStart`, as systemd passes them; `$NAME` is split at spaces. */
  arguments(instance: Instance, variables: Variables): string[] {
    const [line = ''] = this.values('ExecStart')
    const [program, ...args] = fillIn(line, instance).split(' ')
    if (program !== installedCommand) throw new Error(`ExecStart runs ${program}`)
    return args.flatMap((arg) =>
      arg.startsWith('$') ? (variables[arg.slice(1)] ?? '').split(' ') : [arg],
    )
  }
}

/** The variables of `environment.example`. */
export function readExampleEnvironment(): Variables {
  return Object.fromEntries(
    readSettings(readFileSync(path.join(unitFolder, 'environment.example'), 'utf8')),
  )
}

function readSettings(text: string): (readonly [string, string])[] {
  return text
    .split('\n')
    .filter((line) => /^\w+=/.test(line))
    .map(splitOnce)
}

function splitOnce(line: string): readonly [string, string] {
  const at = line.indexOf('=')
  return [line.slice(0, at), line.slice(at + 1)]
}

function fillIn(text: string, { name, stateFolder }: Instance): string {
  return text.replaceAll('%i', name).replaceAll('%S', stateFolder)
}
