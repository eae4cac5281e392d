// @ts-check
import { runOnSupportedNode } from './lib/supported-node.mjs'

void runOnSupportedNode(async () =>
  (await import('./lib/conformance/run-conformance.mjs')).runConformance(process.argv.slice(2)),
)
