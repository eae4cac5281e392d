import { createHash } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createDiskStorage } from '@wx-upload/receiver/fs'
import { createServer } from '@wx-upload/receiver/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { oddFields, type OddFile, oddNames, writeOddFiles } from './odd-files.ts'
import { buildGoProgram, runClient, suiteFile } from './programs.ts'
import { requireTools } from './tools.ts'

/** What the suite reads of the receiver's answer. */
interface Answer {
  readonly files: readonly { readonly url: string }[]
}

let folder = ''
let files: ReadonlyMap<string, OddFile> = new Map()
let server: Awaited<ReturnType<typeof createServer>> | undefined
let url = ''
let goClient = ''

beforeAll(async () => {
  await requireTools()
  folder = await mkdtemp(path.join(tmpdir(), 'wx-upload-interop-'))
  files = await writeOddFiles(path.join(folder, 'files'))
  goClient = await buildGoProgram(suiteFile('clients/client.go'), folder)
  server = await createServer({
    storage: createDiskStorage(path.join(folder, 'uploads')),
    log: 'silent',
  })
  url = `${(await server.listen()).url}/upload`
})

afterAll(async () => {
  await server?.close()
  await rm(folder, { recursive: true, force: true })
})

const fieldsJson = JSON.stringify(oddFields)

const clients: Record<string, (file: OddFile) => Promise<string>> = {
  'curl -F': (file) => runClient('curl', [...listCurlArguments(file), url]),
  "Python's urllib": (file) =>
    runClient('/usr/bin/python3', [suiteFile('clients/client.py'), url, file.path, fieldsJson]),
  "PHP's curl": (file) =>
    runClient('php', [suiteFile('clients/client.php'), url, file.path, fieldsJson]),
  "Go's mime/multipart": (file) => runClient(goClient, [url, file.path, fieldsJson]),
  'fetch of Node.js': async (file) => {
    const form = new FormData()
    for (const [name, value] of Object.entries(oddFields)) form.append(name, value)
    form.append('file', await openAsBlob(file.path), file.name)
    return (await fetch(url, { method: 'POST', body: form })).text()
  },
}

function listCurlArguments(file: OddFile): string[] {
  const fields = Object.entries(oddFields).flatMap(([name, value]) => [
    '--form-string',
    `${name}=${value}`,
  ])
  // curl reads a quoted path with backslashes before quotes and backslashes.
  const quoted = file.path.replaceAll(/["\\]/g, String.raw`\$&`)
  return ['--silent', '--show-error', ...fields, '--form', `file=@"${quoted}"`]
}

describe.each(Object.entries(clients))('%s to the receiver', (_title, upload) => {
  it.each(oddNames)('R-01 brings the bytes, the name and the fields of %j', async (name) => {
    const file = files.get(name)
    if (!file) throw new Error('the suite is not set up')
    const answer = JSON.parse(await upload(file)) as Answer
    expect(answer).toMatchObject({
      files: [{ field: 'file', name, size: file.sizeBytes, sha256: file.sha256 }],
      fields: oddFields,
    })
    const stored = await (await fetch(answer.files[0]?.url ?? '')).arrayBuffer()
    expect(createHash('sha256').update(Buffer.from(stored)).digest('hex')).toBe(file.sha256)
  })
})
