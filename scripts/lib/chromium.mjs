// @ts-check
import { canInstallPackages, installPackages } from './debian-packages.mjs'
import { findProgram, isProgram } from './find-program.mjs'
import { namedProjects } from './named-projects.mjs'

const programs = ['chromium', 'chromium-browser', 'google-chrome']

/** The projects of the tests that open no page; any other may. */
const projectsWithoutPages = new Set(['node', 'interop', 'packages', 'cluster'])

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
