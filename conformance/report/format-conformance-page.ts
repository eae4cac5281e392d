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

Elsewhere, such as on a phone, it is \`runConformance({ uploadFile, tempFile, goneFile, server })\`, in a page with \`isInPage: true\`, of
[conformance/suite/run-conformance.ts](../conformance/suite/run-conformance.ts). It resolves with a report, and uses nothing of Node.js or a browser but
\`URLSearchParams\`, \`TextEncoder\`, \`setTimeout\`, and \`fetch\`, in the place of which \`fetchText\` may ask the server. \`server\` is the address of
[conformance/server/conformance-server.ts](../conformance/server/conformance-server.ts), whose protocol is in
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
