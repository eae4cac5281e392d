// @ts-check
import { runOnSupportedNode } from './lib/supported-node.mjs'

void runOnSupportedNode(async () => (await import('./lib/ceph/run-ceph.mjs')).runCeph())
