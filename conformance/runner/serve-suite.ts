import { type ConformanceServer, startConformanceServer } from '../server/conformance-server.ts'
import { bundleSuite } from './bundle-host.ts'

/** Starts the server with the suite on it, for a host that runs elsewhere, such as on a phone. */
export async function serveSuite(address: string): Promise<ConformanceServer> {
  const type = 'text/javascript; charset=utf-8'
  return startConformanceServer({
    address,
    files: {
      '/suite.mjs': { type, content: await bundleSuite('esm') },
      '/suite.cjs': { type, content: await bundleSuite('cjs') },
    },
  })
}

/** What to do with it, for people. */
export function formatServing({ url }: ConformanceServer): string {
  return `The conformance server is ${url}, and the suite is on it: /suite.mjs is an ES module, /suite.cjs a CommonJS one.

  const report = await runConformance({ uploadFile, tempFile, goneFile, server: '${url}' })

docs/conformance.md says more. Ctrl-C stops it.`
}
