import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import net, { type AddressInfo } from 'node:net'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTempFolder, runCommand, startCommand } from './command.fixture.ts'
import { faultGroups } from './lib/faults/fault-groups.ts'

const names = faultGroups.flatMap(({ faults }) => faults.map(({ name }) => name))

async function startFaults(...args: string[]) {
  const home = await createTempFolder()
  const env = { XDG_DATA_HOME: home, HOME: home, LOCALAPPDATA: home }
  const command = startCommand(['faults', '--port', '0', ...args], { env })
  const [, origin = ''] = await command.untilStderr(/Listening on (\S+)\/NAME\n/)
  await command.untilStderr(/Ctrl-C stops it\.\n/)
  return { ...command, origin }
}

// Each test starts a Node.js or more.
describe('wx-upload faults', { timeout: 60_000 }, () => {
  it('lists every fault in a line of its own, in 80 columns, and ends with 0 at Ctrl-C', async () => {
    const { child, ended } = await startFaults()
    child.kill('SIGINT')
    const { code, stdout } = await ended
    expect(code).toBe(0)
    const lines = stdout.split('\n')
    for (const name of names) {
      if (name === 'name-not-found') continue
      const form = new RegExp(`^  (?:(?:https )?:\\d+/)?${name.replaceAll('.', '\\.')} +\\S`)
      expect(lines.filter((line) => form.test(line))).toHaveLength(1)
    }
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}wx-upload\.invalid /))
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  it('lists them to who asks for /, and says so of what is no fault', async () => {
    const { origin } = await startFaults()
    expect(await (await fetch(`${origin}/`)).text()).toContain('\n  reset-in-body ')
    const missing = await fetch(`${origin}/no-such`)
    expect(missing.status).toBe(404)
    expect(await missing.text()).toBe(
      'There is no fault no-such here; GET / lists what there is.\n',
    )
  })

  it('--json names each with its address and what an upload comes to', async () => {
    const { child, ended, origin } = await startFaults('--json')
    child.kill()
    const { faults, origins } = JSON.parse((await ended).stdout)
    expect(faults.map(({ name }: { name: string }) => name)).toEqual(names)
    expect(origins).toContain(origin)
    expect(faults).toContainEqual({
      name: 'silent',
      title: 'While the form is sent',
      does: 'reads all and never answers.',
      url: `${origin}/silent`,
      http2: false,
      node: [{ errMsg: 'uploadFile:fail timeout' }],
      browser: [{ errMsg: 'uploadFile:fail timeout' }],
    })
  })

  it('lets pages of every origin upload', async () => {
    const { origin } = await startFaults()
    const asked = await fetch(`${origin}/none`, {
      method: 'OPTIONS',
      headers: { 'Access-Control-Request-Headers': 'x-own' },
    })
    expect(asked.status).toBe(204)
    expect(Object.fromEntries(asked.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-headers': 'x-own',
    })
  })

  it.each([
    ['reset-in-body', [], 4, 'lost the connection to'],
    ['silent', ['--timeout', '500'], 5, 'the time was up before'],
  ])(
    '%s fails each of several files put to it, with its reason',
    async (name, options, exitCode, why) => {
      const { origin } = await startFaults()
      const folder = await createTempFolder()
      const files = ['a', 'b', 'c'].map((file) => path.join(folder, file))
      for (const file of files) await writeFile(file, Buffer.alloc(2_000_000))
      const args = ['put', ...files, `${origin}/${name}`, ...options]
      const { code, stderr } = await runCommand(args)
      expect(code).toBe(exitCode)
      for (const file of ['a', 'b', 'c']) expect(stderr).toContain(`✗ ${file}  ${why}`)
      expect(stderr).toContain(`0 of 3 files uploaded\n3 failed:\n  3  ${why}`)
    },
  )

  it('says in one sentence that a port is taken, and ends with 7', async () => {
    const other = net.createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void other.close())
    await once(other, 'listening')
    const port = String((other.address() as AddressInfo).port)
    const home = await createTempFolder()
    const env = { XDG_DATA_HOME: home, HOME: home, LOCALAPPDATA: home }
    const { code, stdout, stderr } = await runCommand(['faults', '--port', port], { env })
    expect({ code, stdout }).toEqual({ code: 7, stdout: '' })
    expect(stderr).toBe(
      `error: cannot listen on 127.0.0.1:${port} (another program uses this port): stop it, or choose another port with --port\n`,
    )
  })
})
