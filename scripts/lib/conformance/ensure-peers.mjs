// @ts-check
import path from 'node:path'
import { npm, root, runQuietly } from '../command.mjs'
import { isInstalled } from '../install.mjs'
import { ScriptError } from '../script-error.mjs'

const folder = path.join(root, 'conformance/peers')

/** Installs the peers as their lock file has them. They are not among the dependencies: they weigh 200 MB. */
export async function ensurePeers() {
  if (isInstalled(folder)) return
  process.stderr.write('Installing the peers (npm ci in conformance/peers, 200 MB), once …\n')
  const { code, output } = await runQuietly(
    // No program of theirs runs: what is tried of them runs in a page.
    npm('ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund'),
  )
  if (code === 0) return
  process.stderr.write(output)
  throw new ScriptError(
    `The peers could not be installed in ${folder}: "npm ci" ended with code ${code}, as shown above; ` +
      '--ours does without them.',
  )
}
