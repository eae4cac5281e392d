import type { TestProject } from 'vitest/node'
import { startFaults } from './fault-process.ts'

/** Vitest's hook: starts the server that goes wrong, once. */
export async function setup(project: TestProject): Promise<() => Promise<unknown>> {
  const { running, stop } = await startFaults()
  project.provide('faults', running)
  return stop
}
