import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createDiskStorage } from '../../fs.ts'
import {
  eventually,
  filesBelow,
  formatPart,
  get,
  halfDone,
  post,
  RawClient,
  temporaryFolder,
  patiently,
  writtenAhead,
} from '../receiver.fixture.ts'

const builtCode = fileURLToPath(new URL('../../../dist/', import.meta.url))
const program = `
  import { createServer } from ${JSON.stringify(`${builtCode}server.js`)}
  import { createDiskStorage } from ${JSON.stringify(`${builtCode}fs.js`)}
  const server = await createServer({ storage: createDiskStorage(process.argv[1]), log: 'silent' })
  console.log((await server.listen()).port)
`
const sample = { name: 'f', fileName: 'f.bin', body: 'whole' }

describe('a server in a process of its own', () => {
  it('R-02 leaves nothing visible of ten uploads when it is killed, and the next one sweeps what is left', async () => {
    const folder = await temporaryFolder()
    const first = await startProcess(folder)
    await post(`http://127.0.0.1:${first.port}`, [sample])
    for (let count = 0; count < 10; count += 1) {
      const client = new RawClient(first.port)
      client.sendHead({ 'Content-Length': 10_000_000 })
      client.send(formatPart({ ...sample, body: Buffer.alloc(writtenAhead) }))
    }
    await eventually('ten uploads under way', async () => (await halfDone(folder)).length === 10)
    first.child.kill('SIGKILL')
    await once(first.child, 'exit')
    expect(await halfDone(folder)).toHaveLength(10)
    expect((await createDiskStorage(folder).list({ limit: 100 })).uploads).toHaveLength(1)

    const second = await startProcess(folder)
    expect(await halfDone(folder)).toEqual([])
    expect(await readdir(join(folder, '.incoming'))).toHaveLength(1)
    const url = `http://127.0.0.1:${second.port}`
    expect((await get(`${url}/uploads`)).body.uploads).toHaveLength(1)
    expect((await post(url, [sample])).status).toBe(200)
  })

  it('R-06 does not hurt what another on the same folder is receiving when it starts', async () => {
    const folder = await temporaryFolder()
    const first = await startProcess(folder)
    const part = formatPart({ ...sample, body: Buffer.alloc(writtenAhead) })
    const end = '--boundary-of-a-test--\r\n'
    const client = new RawClient(first.port)
    client.sendHead({ 'Content-Length': part.length + end.length })
    client.send(part)
    await eventually('an upload under way', async () => (await halfDone(folder)).length === 1)
    const second = await startProcess(folder)
    client.send(end)
    await expect
      .poll(() => client.received, patiently)
      .toMatch(new RegExp(`200 OK.*"size":${writtenAhead}`, 's'))
    expect((await get(`http://127.0.0.1:${second.port}/uploads`)).body.uploads).toHaveLength(1)
  })

  it('R-03 answers 507 where no file may grow any more, and leaves nothing', async () => {
    const folder = await temporaryFolder()
    // Without the trap the signal would end the process.
    const { port } = await startProcess(folder, 'trap "" XFSZ; ulimit -f 1000;')
    const url = `http://127.0.0.1:${port}`
    const large = await post(url, [{ ...sample, body: Buffer.alloc(3_000_000) }])
    expect([large.status, large.body.type]).toEqual([507, 'urn:wx-upload:problem:storage-full'])
    expect(large.body.detail).toBe('Writing the file f.bin failed: EFBIG')
    expect(await filesBelow(folder)).toEqual([])
    expect((await post(url, [sample])).status).toBe(200)
  })
})

async function startProcess(
  folder: string,
  before = '',
): Promise<{ child: ChildProcess; port: number }> {
  await mkdir(folder, { recursive: true })
  const command = `${before} exec "$0" --input-type=module -e "$1" "$2"`
  const child = spawn('/bin/sh', ['-c', command, process.execPath, program, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const [port] = await once(createInterface(child.stdout), 'line')
  return { child, port: Number(port) }
}
