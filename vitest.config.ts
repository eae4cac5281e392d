import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (path: string): string =>
  fileURLToPath(new URL(`./packages/${path}`, import.meta.url))

// Tests run the sources: what a package exports under a name is the file of that name in its `src/`.
const alias = [
  { find: /^@wx-upload\/multipart$/, replacement: source('multipart/src/node.ts') },
  { find: /^@wx-upload\/client$/, replacement: source('client/src/node.ts') },
  { find: /^@wx-upload\/receiver$/, replacement: source('receiver/src/index.ts') },
  {
    find: /^@wx-upload\/(client|receiver)\/([a-z]+)$/,
    replacement: source('$1/src/$2.ts'),
  },
]

// A test that was skipped would count as failed, so what only Linux can show is not listed elsewhere.
const otherSystems = process.platform === 'linux' ? [] : ['**/*.linux.test.ts']

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'node',
          include: ['packages/*/src/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['**/*.browser.test.ts', ...otherSystems],
        },
      },
      {
        // Against what is built and packed, and against other people's servers and clients.
        test: {
          name: 'interop',
          include: ['conformance/interop/**/*.test.ts'],
          globalSetup: 'conformance/interop/tools.ts',
          testTimeout: 120_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: 'large',
          include: ['conformance/large/**/*.test.ts'],
          testTimeout: 600_000,
        },
      },
      {
        test: {
          name: 'packages',
          include: ['conformance/packages/**/*.test.ts'],
          testTimeout: 600_000,
        },
      },
    ],
  },
})
