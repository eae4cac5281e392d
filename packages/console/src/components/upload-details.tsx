import { Fragment, type JSX } from 'preact'
import { formats, text } from '../lib/page-text.ts'
import type { StoredUpload } from '../lib/stored-upload.ts'
import type { Announcer } from '../state/announcer.ts'
import { CopyButton } from './copy-button.tsx'

/** Everything that is known of an upload. */
export function UploadDetails(props: {
  readonly upload: StoredUpload
  readonly announcer: Announcer
}): JSX.Element {
  const { upload, announcer } = props
  // Of one file alone it is clear which is meant.
  const nameOf = (what: string, file: string): string =>
    upload.files.length === 1 ? what : `${what} · ${file}`
  return (
    <dl class="details">
      <Detail name={text.receivedAt}>{formats.exact(Date.parse(upload.receivedAt))}</Detail>
      <Detail name={text.uploadId}>
        <code>{upload.id}</code>
      </Detail>
      {Object.entries(upload.fields).map(([name, value]) => (
        <Detail key={name} name={name}>
          <code class="field-value">{typeof value === 'string' ? value : value.join('\n')}</code>
        </Detail>
      ))}
      {upload.files.map(({ field, name, sha256 }, index) => (
        <Fragment key={index}>
          <Detail name={nameOf(text.formField, name)}>
            <code>{field}</code>
          </Detail>
          {sha256 !== null && (
            <Detail name={nameOf(text.checksum, name)}>
              <code>{sha256}</code>
              <CopyButton
                icon="copy"
                label={text.copyChecksum(name)}
                content={() => sha256}
                announcer={announcer}
              />
            </Detail>
          )}
        </Fragment>
      ))}
    </dl>
  )
}

function Detail(props: {
  readonly name: string
  readonly children: JSX.Element | string | readonly (JSX.Element | false)[]
}): JSX.Element {
  return (
    <div class="detail">
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  )
}
