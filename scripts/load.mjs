// @ts-check
import { runOnSupportedNode } from './lib/supported-node.mjs'

void runOnSupportedNode(async () =>
  (await import('./lib/load/run-load.mjs')).runLoad(process.argv.slice(2)),
)
