import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import path from 'node:path'
import { createDiskStorage } from '@wx-upload/receiver/fs'
import { createServer } from '@wx-upload/receiver/server'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  createTempFolder,
  runCommand,
  runLine,
  startCommand,
  startHttpServer,
} from './command.fixture.ts'

const oddNames = [
  "it's.txt",
  'say "hi".txt',
  'a b.txt',
  '-dash.txt',
  '照片.jpg',
  'line\nbreak.txt',
  '$HOME`id`\\.txt',
  '\u001B[31mred.txt',
]

async function createFolder(names: readonly string[]): Promise<string> {
  const folder = await createTempFolder()
  for (const name of names) {
    await mkdir(path.join(folder, path.dirname(name)), { recursive: true })
    await writeFile(path.join(folder, name), `content of ${name}`)
  }
  return folder
}

/** A receiver on the local disk, and the names of what it has stored. */
async function startReceiver(): Promise<{ url: string; stored: () => Promise<string[]> }> {
  const storage = createDiskStorage(await createTempFolder(), { durability: 'none' })
  const server = await createServer({ storage, log: 'silent' })
  onTestFinished(() => server.close())
  const { url } = await server.listen()
  return {
    url: `${url}/upload`,
    async stored() {
      const response = await fetch(`${url}/uploads?limit=100`)
      const { uploads } = (await response.json()) as { uploads: { files: { name: string }[] }[] }
      return uploads.flatMap(({ files }) => files.map(({ name }) => name)).toSorted()
    },
  }
}

/** A server that holds its answers back until there are so many, and then gives all that come. */
async function startGate(
  opensAt: number,
): Promise<{ url: string; waiting: Set<ServerResponse>; names: string[] }> {
  const waiting = new Set<ServerResponse>()
  const names: string[] = []
  let isOpen = false
  const url = await startHttpServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request
      .on('error', () => {})
      .on('end', () => {
        names.push(/filename="([^"]*)"/.exec(body)?.[1] ?? '')
        waiting.add(response)
        isOpen ||= waiting.size >= opensAt
        if (isOpen) for (const each of waiting) each.end('stored')
      })
  })
  return { url, waiting, names }
}

/** The command line that a summary ends with. */
function lineOf(stderr: string): string {
  const [, line = ''] = /To upload what was not:\n {2}(wx-upload put .*)\n/.exec(stderr) ?? []
  return line
}

// Each test starts a Node.js or more.
describe('wx-upload put of many files', { timeout: 60_000 }, () => {
  it('uploads a folder, a line for each file, under the last segments of their paths', async () => {
    const folder = await createFolder(['photos/a/1.txt', 'photos/.hidden', 'photos/照片.jpg'])
    const { url, stored } = await startReceiver()
    const { code, stderr } = await runCommand(['put', 'photos', url], { cwd: folder })
    expect(code).toBe(0)
    expect(await stored()).toEqual(['.hidden', '1.txt', '照片.jpg'])
    const lines = stderr.trimEnd().split('\n')
    for (const name of ['photos/.hidden', 'photos/a/1.txt', 'photos/照片.jpg']) {
      expect(lines.filter((line) => line.startsWith(`✓ ${name}  `))).toHaveLength(1)
    }
    expect(lines.at(-1)).toMatch(/^3 of 3 files uploaded: [\d.]+ B in [\d.]+ s \([\d.]+ k?B\/s\)$/)
    expect(lines).toHaveLength(4)
    expect(stderr).not.toContain('\u001B')
  })

  it.each([
    [[], 10],
    [['--concurrency', '3'], 3],
    [['--concurrency', '12'], 12],
  ])('sends with %j %d files at once', async (options, most) => {
    const folder = await createFolder(Array.from({ length: 13 }, (_, index) => `f/${index}`))
    const gate = await startGate(most)
    const command = startCommand(['put', 'f', gate.url, ...options], { cwd: folder })
    expect(await command.ended).toMatchObject({ code: 0 })
    // With one more at once, the gate would have opened with the same number, and have heard of that one.
    expect(gate.names).toHaveLength(13)
    const held = await startGate(most + 1)
    const other = startCommand(['put', 'f', held.url, ...options], { cwd: folder })
    await vi.waitFor(() => expect(held.waiting.size).toBe(most), 20_000)
    other.child.kill('SIGINT')
    const { code, stderr } = await other.ended
    expect(code).toBe(130)
    expect(stderr).toContain(`${13 - most} file${most === 12 ? '' : 's'} not started\n`)
  })

  it('goes on after failures, and the line of its summary uploads just those, whatever their names', async () => {
    const folder = await createFolder([...oddNames, 'sub/good.txt'])
    const { url, stored } = await startReceiver()
    const refusing = await startHttpServer((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
      request.on('end', () => response.writeHead(body.includes('good.txt') ? 200 : 500).end())
    })
    const args = ['put', '--form', "who=it's me", '--', ...oddNames, 'sub', refusing]
    const { code, stderr } = await runCommand(args, { cwd: folder })
    expect(code).toBe(6)
    expect(stderr).toContain('1 of 9 files uploaded: ')
    expect(stderr).toContain('8 failed:\n  8  the server answered 500 Internal Server Error: ')
    expect(stderr).not.toContain('\u001B')
    // What it was sent with is for a terminal alone.
    expect(lineOf(stderr)).toContain(" --form 'who=…' ")
    const ended = await runLine(lineOf(stderr).replace(`${refusing}/`, url), { cwd: folder })
    expect(ended.stderr).toContain('8 of 8 files uploaded: ')
    expect(await stored()).toEqual(oddNames.toSorted())
  })

  it('lists many failures in a file, which the line of its summary reads', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `f/${index}\n`)
    const folder = await createFolder(names)
    const { url, stored } = await startReceiver()
    const options = { cwd: folder, env: { TMPDIR: folder } }
    const failed = await runCommand(['put', 'f', 'http://127.0.0.1:9/upload'], options)
    expect(failed.code).toBe(4)
    const line = lineOf(failed.stderr)
    expect(line).toMatch(/^wx-upload put --files-from \S+ --null http:\/\/127\.0\.0\.1:9\/upload$/)
    const ended = await runLine(line.replace('http://127.0.0.1:9/upload', url), options)
    expect(ended.stderr).toContain('50 of 50 files uploaded: ')
    expect(await stored()).toHaveLength(50)
  })

  it('leaves no list where nobody is told of it', async () => {
    const folder = await createFolder(Array.from({ length: 50 }, (_, index) => `f/${index}`))
    const options = { cwd: folder, env: { TMPDIR: folder } }
    const args = ['put', 'f', 'http://127.0.0.1:9/', '--quiet']
    const { code, stderr } = await runCommand(args, options)
    expect(code).toBe(4)
    expect(stderr.trimEnd().split('\n')).toHaveLength(50)
    expect(await readdir(folder)).toEqual(['f'])
  })

  it('reads names from standard input, a line or a NUL after each', async () => {
    const folder = await createFolder(['a.txt', 'b\n.txt', 'sub/c.txt'])
    const { url, stored } = await startReceiver()
    const args = ['put', '--files-from', '-', url]
    const lines = await runCommand(args, { cwd: folder, stdin: 'a.txt\r\n\nsub\n' })
    expect(lines.stderr).toContain('2 of 2 files uploaded: ')
    const nulls = await runCommand([...args, '--null'], { cwd: folder, stdin: 'b\n.txt\0' })
    expect(nulls.stderr).toContain('1 of 1 file uploaded: ')
    expect(await stored()).toEqual(['a.txt', 'b\n.txt', 'c.txt'])
  })

  it('can be run again and again with one list of what is left', async () => {
    const folder = await createFolder(['a.txt', 'b.txt'])
    await writeFile(path.join(folder, 'todo'), 'a.txt\nnone.txt\nb.txt\n')
    const { url, stored } = await startReceiver()
    const args = ['put', '--files-from', 'todo', '--failed-to', 'todo', url]
    const first = await runCommand(args, { cwd: folder })
    expect(first.code).toBe(3)
    expect(lineOf(first.stderr)).toBe(`wx-upload put --failed-to todo --files-from todo ${url}`)
    expect(await readFile(path.join(folder, 'todo'), 'utf8')).toBe('none.txt\n')
    await writeFile(path.join(folder, 'none.txt'), '')
    expect(await runCommand(args, { cwd: folder })).toMatchObject({ code: 0 })
    expect(await readFile(path.join(folder, 'todo'), 'utf8')).toBe('')
    expect(await runCommand(args, { cwd: folder })).toMatchObject({ code: 0 })
    expect(await stored()).toEqual(['a.txt', 'b.txt', 'none.txt'])
  })

  it('prints a line of JSON for each file with --json, and nothing else to stdout', async () => {
    const folder = await createFolder(['f/a', 'f/b'])
    await mkdir(path.join(folder, 'empty'))
    const { url } = await startReceiver()
    const args = ['put', 'f', 'empty', 'none', url, '--json']
    const { code, stdout } = await runCommand(args, { cwd: folder })
    expect(code).toBe(3)
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { file: string; ok: boolean; errno: number | null })
    const summary = lines.map(({ file, ok, errno }) => `${file} ${ok} ${errno}`)
    expect(summary.toSorted()).toEqual([
      'empty false 1300021',
      'f/a true null',
      'f/b true null',
      'none false 1300002',
    ])
  })

  it('says that a folder holds no file, and ends with 3', async () => {
    const folder = await createTempFolder()
    const { code, stderr } = await runCommand(['put', folder, 'http://127.0.0.1:9/'])
    expect(code).toBe(3)
    expect(stderr).toContain('there is no file in this folder')
  })

  it('ends with 130 where it is interrupted while it waits for names', async () => {
    const folder = await createFolder(['a.txt', 'b.txt'])
    const { url } = await startReceiver()
    const args = ['put', '--files-from', '-', url]
    const command = startCommand(args, { cwd: folder, stdin: null })
    command.child.stdin?.write('a.txt\n')
    await command.untilStderr(/✓ a\.txt/)
    command.child.kill('SIGINT')
    command.child.stdin?.end('b.txt\n')
    const { code, stderr } = await command.ended
    expect(code).toBe(130)
    expect(stderr).toContain('1 of 2 files uploaded: ')
    expect(lineOf(stderr)).toBe(`wx-upload put b.txt ${url}`)
  })

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'aborts at %s, says what was sent, and how to go on with the rest',
    async (signal) => {
      const names = Array.from({ length: 30 }, (_, index) => `f/${String(index).padStart(2, '0')}`)
      const folder = await createFolder(names)
      const { url, stored } = await startReceiver()
      let count = 0
      const slow = await startHttpServer((request, response) => {
        // Five are answered, and those after them never.
        request.on('error', () => {}).resume()
        request.on('end', () => (count += 1) <= 5 && response.end())
      })
      const options = { cwd: folder, env: { TMPDIR: folder } }
      const command = startCommand(['put', 'f', slow, '--concurrency', '2'], options)
      await vi.waitFor(() => expect(count).toBe(7), 20_000)
      command.child.kill(signal)
      const { code, stderr } = await command.ended
      expect(code).toBe(130)
      expect(stderr).toContain('5 of 30 files uploaded: ')
      expect(stderr).toContain('2  stopped before the whole file was sent: ')
      expect(stderr).toContain('23 files not started\n')
      await runLine(lineOf(stderr).replace(`${slow}/`, url), options)
      expect(await stored()).toHaveLength(25)
    },
  )
})
