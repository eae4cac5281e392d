import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { chromiumArguments, chromiumPath } from './scripts/lib/chromium.mjs'

const source = (path: string): string =>
  fileURLToPath(new URL(`./packages/${path}`, import.meta.url))

// Tests run the sources: what a package exports under a name is the file of that name in its `src/`.
const alias = [
  { find: /^@wx-upload\/multipart$/, replacement: source('multipart/src/node.ts') },
  { find: /^@wx-upload\/client$/, replacement: source('client/src/node.ts') },
  { find: /^@wx-upload\/receiver$/, replacement: source('receiver/src/index.ts') },
  {
    find: /^@wx-upload\/(client|receiver)\/([a-z0-9]+)$/,
    replacement: source('$1/src/$2.ts'),
  },
]

const browserAlias = [
  { find: /^@wx-upload\/multipart$/, replacement: source('multipart/src/web.ts') },
  { find: /^@wx-upload\/client$/, replacement: source('client/src/browser.ts') },
  { find: /^@wx-upload\/client\/fake$/, replacement: source('client/src/fake.ts') },
]

const chromium = chromiumPath()

// The SDK tells every process on Node.js 20 that it will want a newer one.
const env = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' }

const faultServer = 'conformance/faults/global-faults.ts'
const neutralServer = 'packages/client/src/neutral-server.fixture.ts'

// The client of Node.js, with uploads by HTTP/2.
const http2Alias = [
  { find: /^@wx-upload\/client$/, replacement: source('client/src/http2-client.fixture.ts') },
  ...alias,
]

// A test that was skipped would count as failed, so what only Linux can show is not listed elsewhere.
const otherSystems = process.platform === 'linux' ? [] : ['**/*.linux.test.ts']

export default defineConfig({
  test: {
    // Most tests wait: for browsers, for programs, for a time to pass. By default a machine of two processors has one of them.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'node',
          env,
          include: ['packages/*/src/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: ['**/*.browser.test.ts', '**/node_modules/**', ...otherSystems],
          globalSetup: neutralServer,
          // The machine may be busy with something else.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve: { alias: http2Alias },
        test: {
          name: 'http2',
          include: ['packages/client/src/*.neutral.test.ts'],
          globalSetup: 'packages/client/src/http2-server.fixture.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve: { alias: browserAlias },
        // What is found late is bundled late, and the page loaded anew in the middle of a test.
        optimizeDeps: { include: ['fast-check'] },
        test: {
          name: 'browser',
          include: ['packages/*/src/**/*.{neutral,browser}.test.ts'],
          globalSetup: neutralServer,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                // Where there is none, playwright looks for one, and says what it misses.
                ...(chromium === undefined ? {} : { executablePath: chromium }),
                args: chromiumArguments,
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        // The command as it is built, and the client from the sources.
        resolve: { alias },
        test: {
          name: 'faults',
          include: ['conformance/faults/**/*.test.ts'],
          globalSetup: faultServer,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // The suite for hosts, and ours as they are built; the peers are tried by `npm run conformance`.
        test: {
          name: 'conformance',
          include: ['conformance/{suite,server,runner,hosts,report}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // The console as it is built, in Chromium, on a server from the sources.
        resolve: { alias },
        test: {
          name: 'console',
          include: ['conformance/console/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
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
        // The files of docs/deploy, with what is built.
        test: {
          name: 'deploy',
          include: ['conformance/deploy/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 600_000,
        },
      },
      {
        // What is built and packed, in pages that the tests drive from Node.js.
        test: {
          name: 'browser-pages',
          include: ['conformance/browser/**/*.test.ts'],
          exclude: ['**/*.large.test.ts'],
          globalSetup: ['conformance/browser/packed-client.ts', faultServer],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'large',
          include: ['conformance/large/**/*.test.ts', 'conformance/browser/**/*.large.test.ts'],
          globalSetup: 'conformance/browser/packed-client.ts',
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      {
        // What is built, while it is attacked; alone, for it measures.
        test: {
          name: 'abuse',
          include: ['conformance/abuse/**/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        // Against a real Ceph cluster; left out where no project is named.
        test: {
          name: 'cluster',
          env,
          include: ['conformance/cluster/**/*.test.ts'],
          globalSetup: 'conformance/cluster/global-cluster.ts',
          // The suites kill what the others use, and the machine is busy with one of them.
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: 'packages',
          include: ['conformance/packages/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
})
