import { existsSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import path from 'node:path'
import { run } from './programs.ts'

/** Copies the files that git tracks in a folder, as they are on disk, and nothing else that lies there. */
export async function copyTrackedFiles(from: string, to: string): Promise<void> {
  const list = await run('git', ['ls-files', '-z'], { cwd: from })
  const files = list.split('\0').filter((file) => file !== '')
  // One that was deleted is tracked until that is committed.
  const present = files.filter((file) => existsSync(path.join(from, file)))
  await Promise.all(present.map((file) => cp(path.join(from, file), path.join(to, file))))
}
