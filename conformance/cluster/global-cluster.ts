import type { TestProject } from 'vitest/node'
import { startCephCluster } from '../../scripts/lib/ceph/start-ceph-cluster.mjs'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the Ceph cluster that all suites use: `new CephCluster(inject('cephFolder'))`. */
    cephFolder: string
  }
}

/** Starts the cluster for all suites. Each makes buckets of its own in it, and brings back what it kills. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await startCephCluster()
  project.provide('cephFolder', cluster.folder)
  return () => cluster.stop()
}
