// @ts-check
import { runOnSupportedNode } from './lib/supported-node.mjs'

void runOnSupportedNode(async () =>
  (await import('./lib/run-tests.mjs')).runTests(process.argv.slice(2)),
)
