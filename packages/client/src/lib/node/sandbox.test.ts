import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { array, assert, asyncProperty, constantFrom, oneof, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createWx } from '../../node.ts'
import { startRawServer } from './raw-server.fixture.ts'
import { contentOf, createHouse } from './sandbox.fixture.ts'
import { upload } from './upload.fixture.ts'

const denied = {
  errMsg: 'uploadFile:fail permission denied, cannot access file path',
  errno: 1301000,
}
const notFound = { errMsg: 'uploadFile:fail file not found', errno: 1300002 }
const isDirectory = { errMsg: 'uploadFile:fail is a directory', errno: 1300021 }

describe('in a sandbox', () => {
  it('U-10 paths of the platform lead to its folders', async () => {
    const { send } = await createHouse()
    const sent = { fileName: 'a.txt', content: 'inside a.txt' }
    for (const path of ['wxfile://usr/a.txt', 'wxfile://tmp/a.txt', '/a.txt', 'a.txt']) {
      expect(await send(path)).toEqual(sent)
    }
    const deep = { fileName: 'b.txt', content: 'inside b.txt' }
    for (const path of ['wxfile://usr/deep/b.txt', 'deep/b.txt']) {
      expect(await send(path)).toEqual(deep)
    }
  })

  it('U-10 files of the temporary folder have temporary paths too', async () => {
    const { folders, send } = await createHouse()
    await writeFile(join(folders.tmp, 'tmp_1.jpg'), 'inside tmp_1')
    expect(await send('wxfile://tmp_1.jpg')).toMatchObject({ content: 'inside tmp_1' })
  })

  it('U-10 what is not there is not found, and a folder is a folder', async () => {
    const { send } = await createHouse()
    for (const path of [
      'wxfile://usr/missing',
      'wxfile://usr/a.txt/b',
      'wxfile://tmp_missing',
      '/missing/a.txt',
      'x'.repeat(5000),
    ]) {
      expect(await send(path)).toEqual(notFound)
    }
    for (const path of ['wxfile://usr', 'wxfile://usr/', 'wxfile://tmp/deep', '/', 'deep']) {
      expect(await send(path)).toEqual(isDirectory)
    }
  })

  it('U-10 every other path fails, and nobody is connected to: errno 1301000', async () => {
    const { host, folders, server, send } = await createHouse()
    for (const path of [
      '../passwd',
      '/../passwd',
      './a.txt',
      'wxfile://usr/../passwd',
      'wxfile://usr/%2e%2e/passwd',
      'wxfile://usr/%252e%252e/passwd',
      'wxfile://usr/..\\passwd',
      'wxfile://usr/a.txt\0',
      'wxfile://usr/a.txt%00',
      'wxfile://usr/．．/passwd',
      'wxfile://other/a.txt',
      `file://${host}/passwd`,
      `file://${folders.usr}/a.txt`,
      'data:,x',
    ]) {
      expect([path, await send(path)]).toEqual([path, denied])
    }
    expect(server.sockets).toHaveLength(0)
  })

  it('U-10 an absolute path is one of the code package', async () => {
    const { host, folders, send } = await createHouse()
    for (const path of [
      `${host}/passwd`,
      `${folders.usr}/a.txt`,
      '/etc/passwd',
      '/proc/self/environ',
    ]) {
      expect(await send(path)).toEqual(notFound)
    }
  })

  it('U-10 links that stay in the folder are followed', async () => {
    const { send } = await createHouse()
    expect(await send('wxfile://usr/in-file')).toEqual({
      fileName: 'in-file',
      content: 'inside a.txt',
    })
    for (const path of ['in-folder/b.txt', 'in-absolute', 'in-and-out-and-in']) {
      expect(await send(`wxfile://usr/${path}`)).toMatchObject({
        content: expect.stringMatching(/^inside/),
      })
    }
  })

  it('U-10 links that lead out fail, at the end and on the way, whether anything is there or not', async () => {
    const { server, send } = await createHouse()
    for (const path of [
      'out-file',
      'out-folder',
      'out-folder/a.txt',
      'out-folder/deep/b.txt',
      'out-folder/missing',
      'out-relative',
      'out-root',
      'out-root/etc/passwd',
      'out-root/proc/self/environ',
      'out-root/dev/zero',
      'out-nowhere',
      'out-nowhere/a.txt',
      'out-up',
      'out-up/passwd',
      'out-up/usr/../passwd',
      'out-sibling/a.txt',
      'out-and-in',
      'out-chain',
      'in-folder/missing',
      'loop',
      'loop/a.txt',
    ]) {
      expect([path, await send(`wxfile://usr/${path}`)]).toEqual([path, denied])
    }
    expect(server.sockets).toHaveLength(0)
  })

  it('U-10 a folder may itself be a link, for the host has said so, and may be missing', async () => {
    const { host, folders } = await createHouse()
    await symlink(folders.usr, join(host, 'current'))
    const server = await startRawServer()
    const wx = createWx({ sandbox: { code: join(host, 'current'), usr: join(host, 'no-such') } })
    const option = { url: server.url, filePath: 'a.txt' }
    expect(await upload(wx, option)).toMatchObject({ statusCode: 200 })
    expect(await upload(wx, { ...option, filePath: 'out-file' })).toEqual(denied)
    expect(await upload(wx, { ...option, filePath: 'wxfile://usr/a.txt' })).toEqual(notFound)
    expect(await upload(wx, { ...option, filePath: 'wxfile://tmp/a.txt' })).toEqual(denied)
  })

  it('U-10 what chooseImage has handed out is sent, wherever it lies, by that path alone', async () => {
    const { host, folders } = await createHouse()
    const chosen = join(host, 'passwd')
    const server = await startRawServer()
    const wx = createWx({
      sandbox: folders,
      chooseImage: () => [chosen, new File(['blob'], 'b.png')],
    })
    const { tempFilePaths } = await wx.chooseImage()
    for (const filePath of tempFilePaths) {
      expect(await upload(wx, { url: server.url, filePath })).toMatchObject({ statusCode: 200 })
    }
    for (const filePath of [`${tempFilePaths[0]}/`, `${tempFilePaths[0]}/../passwd`]) {
      expect(await upload(wx, { url: server.url, filePath })).toEqual(denied)
    }
    wx.tempFiles.release(tempFilePaths[0])
    const again = await upload(wx, { url: server.url, filePath: tempFilePaths[0] ?? '' })
    expect(again).toEqual(notFound)
  })

  it('U-10 a Blob is sent: who has it has its content; nothing else that calls itself one is', async () => {
    const { host, send, wx, server } = await createHouse()
    expect(await send(new File(['mine'], 'x.txt'))).toEqual({ fileName: 'x.txt', content: 'mine' })
    const path = join(host, 'passwd')
    for (const source of [Buffer.from(path), new URL(`file://${path}`), Object(path)]) {
      const disguise = { [Symbol.toStringTag]: 'Blob', startsWith: () => false, type: '', size: 13 }
      const disguised = Object.defineProperties(source, Object.getOwnPropertyDescriptors(disguise))
      const option = { url: server.url, filePath: disguised, fileName: 'a.txt' }
      expect(await upload(wx, option)).toMatchObject({ errMsg: expect.stringMatching(/:fail /) })
    }
  })

  it('U-10 tempFiles takes no path and tells none', async () => {
    const { host, folders } = await createHouse()
    const wx = createWx({ sandbox: folders, chooseImage: () => [join(host, 'passwd')] })
    expect(() => wx.tempFiles.add(join(host, 'passwd'))).toThrow(
      new TypeError('Cannot keep a path in a sandbox: it should be a Blob'),
    )
    const { tempFilePaths } = await wx.chooseImage()
    expect(wx.tempFiles.get(tempFilePaths[0] ?? '')).toBeUndefined()
    const blob = new Blob(['mine'])
    expect(wx.tempFiles.get(wx.tempFiles.add(blob))).toBe(blob)
  })

  it.each([null, { usr: 5 }])('U-10 that makes no sense, %j, is a TypeError', (sandbox) => {
    expect(() => Reflect.apply(createWx, undefined, [{ sandbox }])).toThrow(TypeError)
  })
})

describe('whatever the path', () => {
  const pieces = [
    'wxfile://usr/',
    'wxfile://tmp/',
    'wxfile://tmp_',
    'wxfile://',
    'file://',
    '/',
    '\\',
    '..',
    '.',
    '%2e%2e',
    '%2f',
    '%252e',
    '．．',
    '\0',
    ' ',
    ':',
    'a.txt',
    'deep',
    'b.txt',
    'passwd',
    'secrets',
    'usr',
    'usr-2',
    'out-file',
    'out-folder',
    'out-up',
    'out-root',
    'out-sibling',
    'in-folder',
    'in-file',
    'etc/passwd',
    'proc/self/cwd',
  ]
  const path = oneof(
    string({ unit: 'binary' }),
    array(oneof({ weight: 9, arbitrary: constantFrom(...pieces) }, string()), { maxLength: 8 }).map(
      (parts) => parts.join(''),
    ),
    array(constantFrom(...pieces), { maxLength: 6 }).map(
      (parts) => `wxfile://usr/${parts.join('/')}`,
    ),
    array(constantFrom(...pieces), { maxLength: 6 }).map((parts) => parts.join('/')),
  )

  it('U-10 no file outside is ever opened', async () => {
    const { folders, host } = await createHouse()
    let opened = 0
    await assert(
      asyncProperty(
        oneof(
          path,
          path.map((text) => `${host}/${text}`),
        ),
        async (text) => {
          const content = await contentOf(text, folders)
          if (content.startsWith('inside')) opened += 1
          else expect(content).toMatch(/^(?:sandbox|file-not-found|file-is-directory)$/)
        },
      ),
      { numRuns: 2000, examples: [['wxfile://usr/in-folder/b.txt']] },
    )
    expect(opened).toBeGreaterThan(0)
  })
})
