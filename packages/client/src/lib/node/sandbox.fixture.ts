import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { expect } from 'vitest'
import { createWx, type NodeWx } from '../../node.ts'
import { UploadError } from '../errors.ts'
import { createTempFiles } from '../temp-files.ts'
import { openFile } from './open-file.ts'
import { type RawServer, startRawServer } from './raw-server.fixture.ts'
import { createSandbox, type SandboxFolders } from './sandbox-path.ts'
import { createTempFolder } from './temp-folder.fixture.ts'
import { upload } from './upload.fixture.ts'

/** A host with a sandbox. */
export interface House {
  /** Holds everything. */
  readonly host: string
  readonly folders: { readonly tmp: string; readonly usr: string; readonly code: string }
  readonly wx: NodeWx
  readonly server: RawServer
  /** Uploads; the server has seen what was sent, or nobody at all. */
  readonly send: (filePath: string | Blob) => Promise<unknown>
}

/** A host with secrets, and a sandbox beside them with links of every kind in it. */
export async function createHouse(): Promise<House> {
  const host = await createTempFolder()
  const inHost = (...names: string[]) => join(host, ...names)
  const folders = { tmp: inHost('tmp'), usr: inHost('usr'), code: inHost('code') }
  for (const folder of [...Object.values(folders), inHost('secrets'), inHost('usr-2')]) {
    await mkdir(join(folder, 'deep'), { recursive: true })
    const where = Object.values(folders).includes(folder) ? 'inside' : 'secret'
    await writeFile(join(folder, 'a.txt'), `${where} a.txt`)
    await writeFile(join(folder, 'deep', 'b.txt'), `${where} b.txt`)
  }
  await writeFile(inHost('passwd'), 'secret passwd')
  const links: Readonly<Record<string, string>> = {
    'out-file': inHost('passwd'),
    'out-folder': inHost('secrets'),
    'out-relative': '../passwd',
    'out-root': '/',
    'out-nowhere': inHost('missing'),
    'out-up': '..',
    'out-sibling': inHost('usr-2'),
    'out-and-in': `../../${basename(host)}/secrets/../passwd`,
    'out-chain': 'out-file',
    'in-file': 'a.txt',
    'in-folder': 'deep',
    'in-absolute': inHost('usr', 'deep', 'b.txt'),
    'in-and-out-and-in': '../usr/a.txt',
    loop: 'loop',
  }
  for (const [name, target] of Object.entries(links)) await symlink(target, join(folders.usr, name))
  const wx = createWx({ sandbox: folders })
  const server = await startRawServer()
  async function send(filePath: string | Blob): Promise<unknown> {
    const before = server.exchanges.length
    const result = await upload(wx, { url: server.url, filePath })
    if (!('statusCode' in result)) {
      expect(server.exchanges).toHaveLength(before)
      return result
    }
    const body = Buffer.concat(server.exchanges.at(-1)?.chunks ?? []).toString()
    const [, fileName, content] = /filename="([^"]*)"[^]*?\r\n\r\n([^]*)\r\n--/.exec(body) ?? []
    return { fileName, content }
  }
  return { host, folders, wx, server, send }
}

/** What a path opens, read whole; the code of the failure where it opens nothing. */
export async function contentOf(filePath: string, folders: SandboxFolders): Promise<string> {
  try {
    const tempFiles = createTempFiles<string | Blob>(String)
    const file = await openFile(
      { filePath, name: 'file', fileName: undefined },
      { tempFiles, sandbox: createSandbox(folders) },
    )
    const content = Buffer.alloc(file.size + 1)
    await file.readFully(content, 0)
    await file.close()
    return content.toString('utf8', 0, file.size)
  } catch (error) {
    if (error instanceof UploadError) return error.code
    throw error
  }
}
