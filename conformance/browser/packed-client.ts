import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { createPackedProject } from '../packages/packed-project.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** An empty project with the packed packages installed. */
    packedProject: string
  }
}

/** Vitest's hook: packs and installs the packages once for all tests in pages. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wx-upload-browser-'))
  const packed = await createPackedProject(folder)
  project.provide('packedProject', packed.folder)
  return () => rm(folder, { recursive: true, force: true })
}
