// @ts-check
import { runQuietly, runVisibly, tool } from './command.mjs'
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
  const { code } = await runQuietly(tool('typescript', '--build', '--verbose'), {
    onOutput(text) {
      if (announced || !text.includes('Building project')) return
      announced = true
      process.stderr.write('Building the packages (tsc --build) …\n')
    },
  })
  if (code === 0) return
  // Once more without the progress report, so that what is shown is the errors alone.
  await runVisibly(tool('typescript', '--build'))
  throw new ScriptError('The packages could not be built: correct the errors shown above.')
}
