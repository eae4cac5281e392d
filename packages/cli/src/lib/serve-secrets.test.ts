import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { createTempFolder } from '../command.fixture.ts'
import { readSecrets } from './serve-secrets.ts'

const base64 = `${'A'.repeat(43)}=`
const other = 'b'.repeat(32)

const readTicketSecret = async (text: string) =>
  (await readSecrets({}, { WX_UPLOAD_TICKET_SECRET: text })).ticketSecret

describe('readSecrets', () => {
  it('finds none where there are none', async () => {
    expect(await readSecrets({}, {})).toEqual({})
  })

  it('reads one secret, or several with names', async () => {
    expect(await readTicketSecret(base64)).toBe(base64)
    expect(await readTicketSecret(`old=${base64} new=${other}`)).toEqual({
      old: base64,
      new: other,
    })
    expect(await readTicketSecret(`one=${other}`)).toEqual({ one: other })
  })

  it.each([
    '',
    ' ',
    'short',
    'name=short',
    `${base64} ${other}`,
    `a=${base64} a=${other}`,
    `a=${base64} b=`,
  ])('refuses %j, and does not repeat it', async (text) => {
    await expect(readTicketSecret(text)).rejects.toMatchObject({
      reason: 'usage',
      message:
        'WX_UPLOAD_TICKET_SECRET is no ticket secret: it should be 32 bytes or more, without spaces, or several with names, as in "old=… new=…"',
    })
  })

  it('reads an admin token, and refuses one that can be guessed', async () => {
    const token = { WX_UPLOAD_ADMIN_TOKEN: other }
    expect(await readSecrets({}, token)).toEqual({ adminToken: other })
    for (const guessed of ['', 'short', `two ${other}`]) {
      await expect(readSecrets({}, { WX_UPLOAD_ADMIN_TOKEN: guessed })).rejects.toMatchObject({
        reason: 'usage',
      })
    }
  })

  it('reads files rather than the environment', async () => {
    const folder = await createTempFolder()
    const [secrets, token] = [path.join(folder, 'secrets'), path.join(folder, 'token')]
    await writeFile(secrets, `old=${base64}\r\nnew=${other}\n`)
    await writeFile(token, `${other}\n`)
    const options = { ticketSecretFile: secrets, adminTokenFile: token }
    expect(await readSecrets(options, { WX_UPLOAD_TICKET_SECRET: 'short' })).toEqual({
      ticketSecret: { old: base64, new: other },
      adminToken: other,
    })
    await expect(readSecrets({ adminTokenFile: folder }, {})).rejects.toMatchObject({
      reason: 'file',
      message: `cannot read ${folder} (EISDIR)`,
    })
  })
})
