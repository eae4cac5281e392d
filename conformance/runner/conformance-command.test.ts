import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { type ConformanceCommand, runCommand } from './conformance-command.ts'

const ours = fileURLToPath(new URL('../hosts/our-node.ts', import.meta.url))

/** Tries a host of the caller's in Node.js with two cases. */
async function tryHost(
  host: string,
  options: Partial<ConformanceCommand> = {},
): Promise<{ code: number; text: string }> {
  let text = ''
  const code = await runCommand(
    {
      host,
      runsIn: 'Node.js',
      isOursAlone: false,
      isJson: false,
      only: ['errmsg-ok', 'task-at-once'],
      chromiumPath: 'no browser is needed',
      ...options,
    },
    (printed) => (text += `${printed}\n`),
  )
  return { code, text }
}

it('a host of the caller’s that keeps its promises is told so, with exit code 0', async () => {
  const { code, text } = await tryHost(ours)
  expect(text).toMatch(/^errMsg is uploadFile:ok +✓$/m)
  expect(text).toMatch(/^Kept +2\/2$/m)
  expect(code).toBe(0)
})

it('a host of the caller’s that does nothing breaks them, with exit code 1 and a report that says how', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'wx-upload-conformance-host-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const host = path.join(folder, 'idle-host.mjs')
  await writeFile(
    host,
    `const path = async () => 'a.jpg'
     export const host = { uploadFile() {}, tempFile: path, goneFile: path }`,
  )
  const { code, text } = await tryHost(host, { isJson: true, only: ['task-at-once'] })
  expect(JSON.parse(text)).toEqual({
    hosts: [
      {
        name: 'idle-host',
        runsIn: 'Node.js',
        report: {
          cases: [
            {
              id: 'task-at-once',
              topic: 'Calling',
              promise: 'The call returns a task with its five methods',
              verdict: 'broken',
              expected: 'a task with abort()',
              found: 'none in undefined',
            },
          ],
        },
      },
    ],
  })
  expect(code).toBe(1)
})
