import { execFileSync } from 'node:child_process'
import { openAsBlob } from 'node:fs'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import net from 'node:net'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createWx } from '../../node.ts'
import { startRawServer } from './raw-server.fixture.ts'
import { createTempFile, createTempFolder } from './temp-folder.fixture.ts'
import { startUpload, upload } from './upload.fixture.ts'

const content = 'the content, 内容'

/** Uploads and gives the one part that the server has received. */
async function uploadAndReceive(
  filePath: string | Blob,
  { wx = createWx(), fileName }: { wx?: ReturnType<typeof createWx>; fileName?: string } = {},
) {
  const server = await startRawServer()
  const result = await upload(wx, {
    url: server.url,
    filePath,
    ...(fileName !== undefined && { fileName }),
  })
  expect(result).toMatchObject({ statusCode: 200 })
  const body = Buffer.concat(server.exchanges[0]?.chunks ?? []).toString()
  const [, sentName, type, sent] =
    /filename="([^"]*)"\r\nContent-Type: ([^\r]*)\r\n\r\n([^]*)\r\n--/.exec(body) ?? []
  return { fileName: sentName, type, content: sent }
}

/** Uploads what cannot be uploaded; the server must see nothing of it. */
async function uploadInVain(filePath: string | Blob) {
  const server = await startRawServer()
  const result = await upload(createWx(), { url: server.url, filePath })
  expect(server.sockets).toHaveLength(0)
  return result
}

const notFound = { errMsg: 'uploadFile:fail file not found', errno: 1300002 }
const isDirectory = { errMsg: 'uploadFile:fail is a directory', errno: 1300021 }
const notRegular = { errMsg: 'uploadFile:fail not a regular file', errno: 1300022 }

describe('filePath as a path', () => {
  it('U-09 may be absolute', async () => {
    const path = await createTempFile(content)
    const sent = { fileName: 'photo.jpg', type: 'image/jpeg', content }
    expect(await uploadAndReceive(path)).toEqual(sent)
  })

  it('U-09 may be relative to the working directory', async () => {
    const path = relative(process.cwd(), await createTempFile(content))
    expect(await uploadAndReceive(path)).toMatchObject({ fileName: 'photo.jpg', content })
  })

  it('U-09 may be a file: URL, with what is percent-encoded in it', async () => {
    const path = join(await createTempFolder(), '图 1#?.png')
    await writeFile(path, content)
    const sent = await uploadAndReceive(pathToFileURL(path).href)
    expect(sent).toEqual({ fileName: '图 1#?.png', type: 'image/png', content })
  })

  it('U-09 may be a symbolic link', async () => {
    const path = await createTempFile(content)
    const link = join(await createTempFolder(), 'link.txt')
    await symlink(path, link)
    expect(await uploadAndReceive(link)).toMatchObject({ fileName: 'link.txt', content })
  })

  it('U-09 may be an empty file', async () => {
    expect(await uploadAndReceive(await createTempFile(''))).toMatchObject({ content: '' })
  })

  it('U-14 has a type by its extension, or none', async () => {
    const path = join(await createTempFolder(), 'no-extension')
    await writeFile(path, content)
    const type = 'application/octet-stream'
    expect(await uploadAndReceive(path)).toMatchObject({ fileName: 'no-extension', type })
    const named = await uploadAndReceive(path, { fileName: 'a.mp4' })
    expect(named).toMatchObject({ fileName: 'a.mp4', type: 'video/mp4' })
  })

  it.each([
    ['does not exist', (folder: string) => join(folder, 'missing')],
    ['leads through a file', (folder: string) => join(folder, 'photo.jpg', 'below')],
    ['is too long', (folder: string) => join(folder, 'x'.repeat(5000))],
    ['has a NUL in it', (folder: string) => join(folder, 'photo.jpg\0')],
    ['is a file: URL without a file', (folder: string) => pathToFileURL(join(folder, 'no')).href],
    ['is a file: URL of another machine', () => 'file://machine/share/photo.jpg'],
    ['is a file: URL with a slash in a name', () => 'file:///tmp/a%2Fb'],
    ['is a file: URL with a NUL in it', () => 'file:///tmp/a%00b'],
  ])('U-09 that %s: file not found', async (_how, toPath) => {
    const path = await createTempFile(content)
    expect(await uploadInVain(toPath(join(path, '..')))).toEqual(notFound)
  })

  it('U-09 of a directory: errno 1300021', async () => {
    const folder = await createTempFolder()
    expect(await uploadInVain(folder)).toEqual(isDirectory)
    expect(await uploadInVain(pathToFileURL(folder).href)).toEqual(isDirectory)
  })

  it('U-09 of a symbolic link to itself fails', async () => {
    const link = join(await createTempFolder(), 'link')
    await symlink(link, link)
    expect(await uploadInVain(link)).toMatchObject({ errno: 1300005 })
  })

  it('U-09 of a FIFO does not hang', async () => {
    const path = join(await createTempFolder(), 'fifo')
    execFileSync('mkfifo', [path])
    expect(await uploadInVain(path)).toEqual(notRegular)
  })

  it('U-09 of a socket fails', async () => {
    const path = join(await createTempFolder(), 'socket')
    const server = net.createServer()
    await new Promise<void>((resolve) => void server.listen(path, resolve))
    onTestFinished(() => void server.close())
    expect(await uploadInVain(path)).toEqual(notRegular)
  })

  it.each(['/dev/null', '/dev/zero'])('U-09 of a device, %s, fails', async (path) => {
    expect(await uploadInVain(path)).toEqual(notRegular)
  })

  it('U-09 of a file or in a folder that may not be read: errno 1300013', async () => {
    const folder = await createTempFolder()
    await chmod(folder, 0o755)
    const file = join(folder, 'secret.txt')
    await writeFile(file, content)
    await chmod(file, 0)
    await mkdir(join(folder, 'closed'), { mode: 0 })
    const denied = { errMsg: 'uploadFile:fail permission denied', errno: 1300013 }
    expect(uploadAsNobody(file)).toEqual(denied)
    expect(uploadAsNobody(join(folder, 'closed', 'a.txt'))).toEqual(denied)
  })
})

/** Uploads in a process that gives up its privileges, for the superuser may read everything. */
function uploadAsNobody(filePath: string): unknown {
  const script = `
    const { createWx } = await import(process.argv[1])
    const nobody = 65534
    if (process.getuid() === 0) {
      process.setgid(nobody)
      process.setuid(nobody)
    }
    createWx().uploadFile({
      url: 'http://127.0.0.1:9', name: 'file', filePath: process.argv[2],
      complete: (result) => console.log(JSON.stringify(result)),
    })`
  const entry = new URL('../../../dist/bundled/node.js', import.meta.url).href
  const args = ['--input-type=module', '--eval', script, entry, filePath]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }))
}

describe('filePath as a temporary path', () => {
  it('U-09 U-27 is what chooseImage has handed out, for a path or a Blob', async () => {
    const path = await createTempFile(content)
    const wx = createWx({ chooseImage: () => [path, new File(['blob'], 'b.png')] })
    const { tempFilePaths, tempFiles } = await wx.chooseImage({})
    expect(tempFiles.map(({ size }) => size)).toEqual([Buffer.byteLength(content), 4])
    const [first = '', second = ''] = tempFilePaths
    expect(first).toMatch(/^wxfile:\/\/tmp_[0-9a-f]+\.jpg$/)
    const sent = await uploadAndReceive(first, { wx })
    expect(sent).toMatchObject({ content, type: 'image/jpeg' })
    expect(await uploadAndReceive(second, { wx })).toMatchObject({ content: 'blob' })
  })

  it.each(['wxfile://tmp_unknown.jpg', 'wxfile://usr/a.jpg', 'wxfile://'])(
    'U-09 that was not handed out, %s: file not found',
    async (path) => {
      expect(await uploadInVain(path)).toEqual(notFound)
    },
  )
})

describe('filePath as a Blob', () => {
  it('U-09 may be a File, with its name and type', async () => {
    const file = new File([content], '图.txt', { type: 'text/markdown' })
    const sent = await uploadAndReceive(file)
    expect(sent).toEqual({ fileName: '图.txt', type: 'text/markdown', content })
  })

  it('U-09 may be a Blob, with a type or without', async () => {
    const typed = await uploadAndReceive(new Blob([content], { type: 'image/webp' }))
    expect(typed).toEqual({ fileName: 'blob', type: 'image/webp', content })
    const untyped = await uploadAndReceive(new Blob([content]), { fileName: 'a.gif' })
    expect(untyped).toEqual({ fileName: 'a.gif', type: 'image/gif', content })
  })

  it('U-09 may be empty, or larger than what is read at once', async () => {
    expect(await uploadAndReceive(new Blob([]))).toMatchObject({ content: '' })
    const large = 'x'.repeat(3_000_000)
    expect((await uploadAndReceive(new Blob([large]))).content === large).toBe(true)
  })

  it('U-09 may stand for a file on the disk', async () => {
    const path = await createTempFile(content)
    expect(await uploadAndReceive(await openAsBlob(path))).toMatchObject({ content })
  })

  it('U-16 that stands for a file which has changed since fails', async () => {
    const path = await createTempFile(content)
    const blob = await openAsBlob(path)
    await writeFile(path, `${content}, and more`)
    const server = await startRawServer()
    const watched = startUpload(createWx(), { url: server.url, filePath: blob })
    const errMsg = 'uploadFile:fail file changed during upload'
    expect(await watched.ended).toMatchObject({ errMsg })
  })

  it('U-16 that gives less than its size fails, and no foreign memory is sent', async () => {
    const blob = Object.defineProperty(new Blob(['short']), 'size', { value: 1000 })
    const server = await startRawServer()
    const result = await upload(createWx(), { url: server.url, filePath: blob })
    expect(result).toMatchObject({ errMsg: 'uploadFile:fail file changed during upload' })
  })
})
