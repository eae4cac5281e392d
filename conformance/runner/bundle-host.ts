import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** A module that exports a `ConformanceHost` as `host`. */
export interface HostModule {
  readonly file: string
  readonly runsIn: 'Node.js' | 'Chromium'
  /** What its users' build tool puts in the place of names. */
  readonly define?: Readonly<Record<string, string>>
  /** What its users' build tool takes in the place of packages. */
  readonly alias?: Readonly<Record<string, string>>
}

const suite = fileURLToPath(new URL('../suite/run-conformance.ts', import.meta.url))

/** Where the peers are installed. */
export const peersFolder: string = fileURLToPath(new URL('../peers/', import.meta.url))

const pageProgram = `globalThis.runConformanceOfHost = (options) => runConformance({ isInPage: true, ...host, ...options })`

// Some cases have callbacks throw, and Node.js ends a process for that.
const nodeProgram = `
process.on('uncaughtException', () => undefined)
const report = await runConformance({ ...host, ...JSON.parse(process.argv.at(-1)) })
process.send(report, () => process.exit())`

/** Bundles the suite alone, for hosts that run elsewhere: an ES module, or a CommonJS module for apps that have no other. */
export async function bundleSuite(format: 'esm' | 'cjs'): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [suite],
    bundle: true,
    write: false,
    format,
    platform: 'neutral',
    // What the engines of phones read.
    target: 'es2018',
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
}

/** Bundles a host with the suite, as its users would for production. Resolves with a program: one module. */
export async function bundleHost({ file, runsIn, define, alias }: HostModule): Promise<string> {
  const isPage = runsIn === 'Chromium'
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { host } from ${JSON.stringify(file)}
        import { runConformance } from ${JSON.stringify(suite)}
        ${isPage ? pageProgram : nodeProgram}`,
      resolveDir: path.dirname(file),
    },
    bundle: true,
    write: false,
    format: 'esm',
    logLevel: 'silent',
    nodePaths: [path.join(peersFolder, 'node_modules')],
    define: { 'process.env.NODE_ENV': '"production"', ...define },
    alias: { ...alias },
    loader: { '.css': 'empty' },
    ...(isPage
      ? { platform: 'browser' }
      : { platform: 'node', target: 'node20', packages: 'external' }),
  })
  return outputFiles[0]?.text ?? ''
}
