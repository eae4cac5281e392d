import { createHash } from 'node:crypto'
import { connect } from 'node:tls'
import { describe, expect, inject, it } from 'vitest'
import { mayTimeOut, titled } from '../faults/fault-process.ts'
import { useChromium } from './chromium.ts'
import { importMapPage, openClientPage, watchUpload } from './client-page.ts'
import { startSite } from './site.ts'

const server = inject('faults')

const newPage = useChromium([
  // No browser trusts the authority of this test; the server's good certificate is to be a good one.
  `--ignore-certificate-errors-spki-list=${await hashGoodKey()}`,
])

function urlOf(name: string): string {
  return server.faults.find((fault) => fault.name === name)?.url ?? ''
}

/** The hash of the key whose certificate is in order, as Chromium wants it. */
async function hashGoodKey(): Promise<string> {
  const { hostname, port } = new URL(urlOf('h2-silent'))
  const socket = connect({ host: hostname, port: Number(port), ca: server.ca })
  const certificate = await new Promise<ReturnType<typeof socket.getPeerX509Certificate>>(
    (resolve, reject) => {
      socket.once('secureConnect', () => resolve(socket.getPeerX509Certificate()))
      socket.once('error', reject)
    },
  )
  socket.destroy()
  const key = certificate?.publicKey.export({ type: 'spki', format: 'der' }) ?? ''
  return createHash('sha256').update(key).digest('base64')
}

const MiB = 1024 * 1024

describe('in Chromium', () => {
  it.each(titled(server.faults))(
    'U-03 U-22 %s, which %s',
    async (_name, _does, { url, browser }) => {
      const [page, origin] = await Promise.all([
        newPage(),
        startSite({ routes: { '/': importMapPage } }),
      ])
      const client = await openClientPage(page, origin)
      const timeout = mayTimeOut(browser) ? 1000 : 60_000
      const uploadOf = async (sizeBytes: number): Promise<void> => {
        const filePath = await client.evaluateHandle(
          (_client, size) => new Blob([new Uint8Array(size)]),
          sizeBytes,
        )
        const { events, result } = await watchUpload(client, { url, filePath, timeout })
        expect(browser.map((outcome) => expect.objectContaining(outcome))).toContainEqual(result)
        expect(events.join(' ')).toMatch(/^(?:progress )?(?:headers )?(?:success|fail) complete$/)
        // Whatever it was, it keeps none of the few connections that a browser has for a server.
        const next = await watchUpload(client, { url: urlOf('none'), filePath })
        expect(next.result).toMatchObject({ statusCode: 200 })
      }
      // Those that wait for a time to pass wait together; the others may share a connection that one of them ends.
      if (mayTimeOut(browser)) {
        await Promise.all([uploadOf(1), uploadOf(4 * MiB)])
      } else {
        await uploadOf(1)
        await uploadOf(4 * MiB)
      }
    },
  )
})
