import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Wx, wx } from '@wx-upload/client'
import type { ConformanceHost } from '../suite/conformance-host.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'wx-upload-conformance-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
let files = 0

/** The client in Node.js, as it comes. */
export const host: ConformanceHost = {
  uploadFile: (option: Parameters<Wx['uploadFile']>[0]) => wx.uploadFile(option),
  async tempFile({ bytes, name }) {
    files += 1
    const own = path.join(folder, String(files))
    await mkdir(own)
    const file = path.join(own, name)
    await writeFile(file, bytes)
    return file
  },
  goneFile: async () => path.join(folder, 'gone.jpg'),
}
