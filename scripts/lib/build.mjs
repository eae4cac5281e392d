// @ts-check
import { bundlePackages } from './bundle-packages.mjs'
import { runQuietly, runVisibly, tool } from './command.mjs'
import { isConsoleBuilt, recordConsoleBuild } from './console-build.mjs'
import { ensureInstalled } from './install.mjs'
import { ScriptError } from './script-error.mjs'

/** `npm run build`: installs what is missing and builds what has changed. */
export async function build() {
  await ensureInstalled()
  await ensureBuilt()
  return 0
}

/** Builds the packages that are out of date; says so only when there are any. */
export async function ensureBuilt() {
  let announced = false
  const announce = () => {
    if (!announced)
      process.stderr.write('Building the packages (tsc --build, esbuild, vite build) …\n')
    announced = true
  }
  await compilePackages(announce)
  await bundlePackages(announce)
  await buildConsole(announce)
}

/** @param {() => void} announce called once something is out of date. */
async function compilePackages(announce) {
  const { code } = await runQuietly(tool('typescript', '--build', '--verbose'), {
    onOutput(text) {
      if (text.includes('Building project')) announce()
    },
  })
  if (code === 0) return
  // Once more without the progress report, so that what is shown is the errors alone.
  await runVisibly(tool('typescript', '--build'))
  throw new ScriptError('The packages could not be built: correct the errors shown above.')
}

/** @param {() => void} announce called once the pages are out of date. */
async function buildConsole(announce) {
  if (isConsoleBuilt()) return
  announce()
  const { code, output } = await runQuietly(tool('vite', 'build', 'packages/console'))
  if (code === 0) {
    recordConsoleBuild()
    return
  }
  process.stderr.write(output)
  throw new ScriptError('The console could not be built: correct the errors shown above.')
}
