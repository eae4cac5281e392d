import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from './programs.ts'

/** What the suites read of the answer of `npm pack --json`. */
export interface Tarball {
  readonly name: string
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

/** What the suites read of a package.json. */
interface Manifest {
  readonly version: string
  readonly private?: boolean
  readonly workspaces: readonly string[]
}

/** An empty project into which the packages are installed as they would come from npm. */
export interface PackedProject {
  readonly folder: string
  readonly tarballs: readonly Tarball[]
}

const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * Packs the packages that are published, and installs them into the folder `project` of `folder`, with `others` in the
 * versions of this checkout.
 */
export async function createPackedProject(
  folder: string,
  others: readonly string[] = [],
): Promise<PackedProject> {
  const tarballs = await packAll(folder)
  const project = path.join(folder, 'project')
  await mkdir(project)
  await writeFile(path.join(project, 'package.json'), '{ "private": true }')
  const files = tarballs.map(({ filename }) => path.join(folder, path.basename(filename)))
  const versions = await Promise.all(others.map(nameInstalledVersion))
  const flags = ['--no-audit', '--no-fund', '--prefer-offline']
  await run('npm', ['install', ...flags, ...files, ...versions], { cwd: project })
  return { folder: project, tarballs }
}

async function packAll(folder: string): Promise<readonly Tarball[]> {
  const { workspaces } = await readManifest('.')
  const manifests = await Promise.all(workspaces.map(readManifest))
  const published = workspaces.filter((_workspace, index) => manifests[index]?.private !== true)
  const flags = published.map((workspace) => `--workspace=${workspace}`)
  const args = ['pack', ...flags, '--json', '--pack-destination', folder]
  const packed: unknown = JSON.parse(await run('npm', args, { cwd: root }))
  // A list, or an object by name, depending on the version of npm.
  return Object.values(packed as Record<string, Tarball>)
}

async function nameInstalledVersion(name: string): Promise<string> {
  const { version } = await readManifest(path.join('node_modules', name))
  return `${name}@${version}`
}

async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(path.join(root, folder, 'package.json'), 'utf8'))
}
