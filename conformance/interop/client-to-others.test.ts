import { openAsBlob } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createWx } from '@wx-upload/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { oddFields, type OddFile, oddNames, writeOddFiles } from './odd-files.ts'
import {
  buildGoProgram,
  type RunningServer,
  startPhpServer,
  startServer,
  suiteFile,
} from './programs.ts'
import { requireTools } from './tools.ts'

const wx = createWx()
let folder = ''
let files: ReadonlyMap<string, OddFile> = new Map()

beforeAll(async () => {
  await requireTools()
  folder = await mkdtemp(path.join(tmpdir(), 'wx-upload-interop-'))
  files = await writeOddFiles(path.join(folder, 'files'))
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

/** Uploads with wx.uploadFile. Returns what the server saw. */
function uploadWithWx(url: string, file: OddFile): Promise<unknown> {
  return new Promise((resolve, reject) => {
    wx.uploadFile({
      url,
      filePath: file.path,
      name: 'file',
      formData: oddFields,
      success: ({ data }) => resolve(JSON.parse(data)),
      fail: ({ errMsg }) => reject(new Error(errMsg)),
    })
  })
}

/** Uploads as a browser does: fetch of Node.js encodes forms by the HTML standard too. */
async function uploadWithFetch(url: string, file: OddFile): Promise<unknown> {
  const form = new FormData()
  for (const [name, value] of Object.entries(oddFields)) form.append(name, value)
  form.append('file', await openAsBlob(file.path), file.name)
  const response = await fetch(url, { method: 'POST', body: form })
  return response.json()
}

/** A name as it is on the wire: the HTML standard has three characters encoded, and these servers leave them so. */
function encodeAsBrowsersDo(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

const encodedFields = Object.fromEntries(
  Object.entries(oddFields).map(([name, value]) => [encodeAsBrowsersDo(name), value]),
)

const servers = {
  'PHP $_FILES': {
    start: () => startPhpServer(suiteFile('servers/server.php')),
    // PHP puts an underscore for a space in the name of a field, which was to become a variable once.
    fields: Object.fromEntries(
      Object.entries(encodedFields).map(([name, value]) => [name.replaceAll(' ', '_'), value]),
    ),
  },
  Flask: {
    start: () => startServer('/usr/bin/python3', [suiteFile('servers/server.py')]),
    fields: encodedFields,
  },
  'Go net/http': {
    start: async () => startServer(await buildGoProgram(suiteFile('servers/server.go'), folder)),
    fields: encodedFields,
  },
}

describe.each(Object.entries(servers))('wx.uploadFile to %s', (_title, { start, fields }) => {
  let server: RunningServer | undefined

  beforeAll(async () => {
    server = await start()
  })

  afterAll(async () => {
    await server?.stop()
  })

  it.each(oddNames)('U-14 brings the bytes, the name and the fields of %j', async (name) => {
    const file = files.get(name)
    if (!server || !file) throw new Error('the suite is not set up')
    const seen = await uploadWithWx(server.url, file)
    expect(seen).toMatchObject({
      name: encodeAsBrowsersDo(name),
      size: file.sizeBytes,
      sha256: file.sha256,
      fields,
    })
    expect(await uploadWithFetch(server.url, file)).toMatchObject({
      name: encodeAsBrowsersDo(name),
      fields,
    })
  })
})
