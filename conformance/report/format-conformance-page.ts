import type { CaseGroup, ConformanceCase } from '../suite/conformance-case.ts'

const introduction = `# The promises of wx.uploadFile

A host is anything that has a \`wx.uploadFile\`: a phone's app, a framework's build for the browser, this client. \`npm run conformance\` holds hosts to
the promises below and says who keeps which; the [README](../README.md#conformance) has the table. Each promise is somebody else's: a page of the
platform's documentation, its typings, a standard, or a thread in which people say what phones do. What this project has added to the API is not among
them, nor are its numbers of errors. Where documents differ, each spelling counts, such as \`totalBytesSent\` and \`totalBytesWritten\`.

This page is made from the suite; \`npm test -- --project conformance -u\` makes it anew.

## Your own host

Write a module that exports it, in JavaScript or TypeScript, and run the suite against it in a checkout of this repository:

\`\`\`ts
// my-host.ts
import type { ConformanceHost } from './conformance/suite/conformance-host.ts'
import { uploadFile, saveTempFile, removeTempFile } from 'my-host'

export const host: ConformanceHost = {
  uploadFile,
  // A file with these bytes, this name and this type; what comes back is the filePath that uploadFile takes.
  tempFile: ({ bytes, name, type }) => saveTempFile(bytes, name, type),
  // A path like that, whose file is there no more.
  async goneFile() {
    const path = await saveTempFile(new Uint8Array(), 'gone.jpg', 'image/jpeg')
    await removeTempFile(path)
    return path
  },
}
\`\`\`

\`\`\`sh
npm run conformance -- --host my-host.ts             # in Node.js
npm run conformance -- --host my-host.ts --in page   # bundled, in Chromium
npm run conformance -- --host my-host.ts --only fields-first,timeout --json
\`\`\`

The module supplies these functions and repairs nothing; files are what the host's own choosers would hand out. A promise that is broken is told with
what was expected and what was found, and the exit code is 1. The cases run one after another, and wait ten seconds at most for what should come.

A host that runs elsewhere, such as on a phone, loads the suite from a server that both can reach:

\`\`\`sh
npm run conformance -- --serve 192.168.1.5   # the address of your machine; says where /suite.mjs and /suite.cjs are
\`\`\`

\`\`\`js
const report = await runConformance({
  uploadFile, // and tempFile and goneFile, as above; in a page isInPage: true
  server: 'http://192.168.1.5:40123',
  // Where there is no fetch:
  fetchText: (url) =>
    new Promise((resolve) => wx.request({ url, dataType: 'text', success: ({ data }) => resolve(data) })),
})
\`\`\`

Of the host it needs nothing else but \`setTimeout\`. Whoever has another server keeps to the protocol in
[server-protocol.ts](../conformance/suite/server-protocol.ts).
`

/** The page of the documentation that lists every case. */
export function formatConformancePage(groups: readonly CaseGroup[]): string {
  const sections = groups.map(({ topic, cases }) =>
    [
      `## ${topic}`,
      '',
      '| case | promise | who says so |',
      '| --- | --- | --- |',
      ...cases.map(formatRow),
      '',
    ].join('\n'),
  )
  return [introduction, ...sections].join('\n')
}

function formatRow({ id, promise, sources, notInPage }: ConformanceCase): string {
  const links = sources.map(({ title, url }) => `[${title}](${encodeURI(url)})`).join(', ')
  const restriction = notInPage === undefined ? '' : ` (not asked in a page: ${notInPage})`
  return `| \`${id}\` | ${promise}${restriction} | ${links} |`
}
