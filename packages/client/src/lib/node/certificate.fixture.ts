import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createTempFolder } from './temp-folder.fixture.ts'

/** A self-signed certificate and its key, in PEM. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

const dayMs = 24 * 60 * 60 * 1000

// Only `openssl ca` can be told, by every version, that a certificate has already expired.
const configuration = `
[ca]
default_ca = self
[self]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
`

/** Makes a self-signed certificate, for this address unless told otherwise, with the openssl command. */
export async function createCertificate(
  options: Parameters<typeof createCertificateIn>[1] = {},
): Promise<Certificate> {
  return createCertificateIn(await createTempFolder(), options)
}

/** Makes it in an empty folder, which whoever called removes. */
export async function createCertificateIn(
  folder: string,
  { subjectAltName = 'IP:127.0.0.1', isExpired = false } = {},
): Promise<Certificate> {
  const endMs = Date.now() + (isExpired ? -dayMs : dayMs)
  await writeFile(join(folder, 'ca.cnf'), configuration)
  await writeFile(join(folder, 'index.txt'), '')
  await openssl(
    folder,
    'req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out request.pem ' +
      `-subj /CN=wx-upload -addext subjectAltName=${subjectAltName}`,
  )
  await openssl(
    folder,
    'ca -selfsign -batch -notext -create_serial -config ca.cnf -keyfile key.pem -in request.pem -out cert.pem ' +
      `-startdate ${formatTime(endMs - 7 * dayMs)} -enddate ${formatTime(endMs)}`,
  )
  return {
    cert: await readFile(join(folder, 'cert.pem'), 'utf8'),
    key: await readFile(join(folder, 'key.pem'), 'utf8'),
  }
}

/** YYYYMMDDHHMMSSZ */
function formatTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replaceAll(/\D/g, '')}Z`
}

async function openssl(folder: string, command: string): Promise<void> {
  try {
    await promisify(execFile)('openssl', command.split(' '), { cwd: folder })
  } catch (cause) {
    throw new Error('Cannot make a certificate: the tests of TLS need the openssl command', {
      cause,
    })
  }
}
