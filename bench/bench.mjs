// @ts-check
import { runOnSupportedNode } from '../scripts/lib/supported-node.mjs'

void runOnSupportedNode(async () =>
  (await import('./lib/run-bench.mjs')).runBench(process.argv.slice(2)),
)
