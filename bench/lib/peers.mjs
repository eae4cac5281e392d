// @ts-check
import { fileURLToPath } from 'node:url'
import { npm, runQuietly } from '../../scripts/lib/command.mjs'
import { isInstalled } from '../../scripts/lib/install.mjs'
import { ScriptError } from '../../scripts/lib/script-error.mjs'

/** The folder of the benchmark. */
export const benchFolder = fileURLToPath(new URL('..', import.meta.url))

/** Installs the peers, which nothing but the benchmark needs, where they are missing or differ from its package-lock.json. */
export async function ensurePeers() {
  if (isInstalled(benchFolder)) return
  process.stderr.write('Installing the peers (npm ci in bench/), once …\n')
  const { code, output } = await runQuietly(
    npm('ci', '--prefix', benchFolder, '--ignore-scripts', '--no-audit', '--no-fund'),
  )
  if (code === 0) return
  process.stderr.write(output)
  throw new ScriptError(
    `The peers could not be installed in ${benchFolder}: "npm ci" ended with code ${code}, as shown above; check the connection to the npm registry.`,
  )
}
