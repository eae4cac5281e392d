import type { JSX } from 'preact'
import { text } from '../lib/page-text.ts'
import type { Announcer } from '../state/announcer.ts'
import { CopyButton } from './copy-button.tsx'

/** Ways to upload to this server from elsewhere, to copy. */
export function FirstRun({ announcer }: { readonly announcer: Announcer }): JSX.Element {
  const url = new URL('/upload', location.href).href
  const examples = [
    { name: 'curl', code: `curl -F file=@photo.jpg ${url}` },
    { name: 'wx-upload', code: `npx wx-upload put photo.jpg ${url}` },
    {
      name: 'wx.uploadFile',
      code: [
        'wx.uploadFile({',
        `  url: '${url}',`,
        `  filePath: tempFilePaths[0],`,
        `  name: 'file',`,
        '  success: (res) => console.log(res.data),',
        '})',
      ].join('\n'),
    },
  ]
  return (
    <section class="first-run" aria-labelledby="first-run-title">
      <h2 id="first-run-title">{text.firstRun}</h2>
      <ul class="examples">
        {examples.map(({ name, code }) => (
          <li key={name} class="example">
            <div class="example-head">
              <h3>{name}</h3>
              <CopyButton
                icon="copy"
                label={text.exampleIn(name)}
                content={() => code}
                announcer={announcer}
              />
            </div>
            <pre tabIndex={0} aria-label={name}>
              <code>{code}</code>
            </pre>
          </li>
        ))}
      </ul>
    </section>
  )
}
