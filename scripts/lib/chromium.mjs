// @ts-check
import { canInstallPackages, installPackages } from './debian-packages.mjs'
import { findProgram, isProgram } from './find-program.mjs'
import { namedProjects } from './named-projects.mjs'

const programs = ['chromium', 'chromium-browser', 'google-chrome']

/** The projects of the tests that open no page; any other may. */
const projectsWithoutPages = new Set(['node', 'interop', 'packages', 'cluster'])

/**
 * What of Chromium no test is about. A command line has one such list, so the first ones stand in for those of playwright's own that matter
 * here: they keep it from asking other servers, from asking for https, and from holding back a page's first picture.
 */
const disabledFeatures = [
  'AimEnabled',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PreconnectToSearch',
  'MediaRouter',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  // For its address bar, every window that is opened loads two more pages: nearly half of what opening it takes.
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
]

/** With what on its command line Chromium is started. */
export const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  `--disable-features=${disabledFeatures.join(',')}`,
]

/** What to do where there is no Chromium. */
export const chromiumMissing =
  'The tests in a browser need Chromium, and there is none: install it ("apt-get install chromium" on Debian), ' +
  'or set CHROMIUM to the path of a Chromium or Google Chrome.'

/**
 * The program of the browser that the tests drive: what the variable `CHROMIUM` says, else the first of chromium,
 * chromium-browser and google-chrome in `PATH`; undefined where there is none.
 *
 * @param {Readonly<Record<string, string | undefined>>} [environment]
 * @returns {string | undefined}
 */
export function chromiumPath({ CHROMIUM, PATH = '' } = process.env) {
  if (CHROMIUM) return isProgram(CHROMIUM) ? CHROMIUM : undefined
  for (const name of programs) {
    const file = findProgram(name, PATH)
    if (file !== undefined) return file
  }
  return undefined
}

/**
 * Installs Chromium where it is missing and can be installed unasked; else says in one line what to do, and the tests
 * that need it fail.
 *
 * @param {readonly string[]} vitestArguments which tests are to run.
 */
export async function ensureChromium(vitestArguments) {
  if (!opensPages(vitestArguments) || chromiumPath() !== undefined) return
  const isInstalled =
    !process.env.CHROMIUM && canInstallPackages() && (await installPackages(['chromium']))
  if (!isInstalled) process.stderr.write(`${chromiumMissing}\n`)
}

/**
 * Whether tests in a browser can be among those that run.
 *
 * @param {readonly string[]} vitestArguments
 */
export function opensPages(vitestArguments) {
  const projects = namedProjects(vitestArguments)
  return projects.length === 0 || projects.some((project) => !projectsWithoutPages.has(project))
}
