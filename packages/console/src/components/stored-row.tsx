import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { count, formats, text } from '../lib/page-text.ts'
import type { StoredFile, StoredUpload } from '../lib/stored-upload.ts'
import { formatUploadSnippet } from '../lib/upload-snippet.ts'
import type { ConsoleState } from '../state/console-state.ts'
import { IconButton } from './button.tsx'
import { CopyButton } from './copy-button.tsx'
import { Icon } from './icons.tsx'
import { StoredThumbnail } from './thumbnail.tsx'
import { TimeAgo } from './time-ago.tsx'
import { UploadDetails } from './upload-details.tsx'

/** What a row needs of the console. */
export type RowState = Pick<ConsoleState, 'stored' | 'deletions' | 'announcer'>

/** An upload on the server: its file, or the group of its files. */
export function StoredRow(props: {
  readonly upload: StoredUpload
  readonly state: RowState
}): JSX.Element {
  const { upload, state } = props
  const isOpen = useSignal(false)
  const isFresh = useSignal(state.stored.isFresh(upload.id))
  const [first] = upload.files
  const single = upload.files.length === 1 ? first : undefined
  return (
    <li class={`stored ${isFresh.value ? 'stored-fresh' : ''}`} data-row={upload.id}>
      {single === undefined ? (
        <GroupHead upload={upload} />
      ) : (
        <FileHead upload={upload} file={single} index={0} />
      )}
      <UploadActions upload={upload} state={state} single={single} isOpen={isOpen} />
      {!isOpen.value && <Fields fields={upload.fields} />}
      {single === undefined && upload.files.length > 0 && (
        <ul class="stored-files">
          {upload.files.map((file, index) => (
            <li key={index} class="stored-file">
              <FileHead upload={upload} file={file} index={index} />
              <div class="actions">
                <CopyLink file={file} state={state} />
              </div>
            </li>
          ))}
        </ul>
      )}
      {isOpen.value && <UploadDetails upload={upload} announcer={state.announcer} />}
    </li>
  )
}

function FileHead(props: {
  readonly upload: StoredUpload
  readonly file: StoredFile
  readonly index: number
}): JSX.Element {
  const { upload, file, index } = props
  return (
    <>
      <StoredThumbnail uploadId={upload.id} index={index} file={file} />
      <div class="stored-body">
        <a
          class="file-name file-link"
          href={file.url}
          target="_blank"
          rel="noopener"
          title={text.openName(file.name)}
        >
          <span class="file-link-name">{file.name}</span>
          <Icon name="external" size={14} />
        </a>
        <p class="faint dotted one-line">
          <span>{formats.bytes(file.size)}</span>
          <span class="may-shrink" title={file.type}>
            <span>{file.type}</span>
          </span>
          {upload.files.length === 1 && <TimeAgo time={upload.receivedAt} />}
        </p>
      </div>
    </>
  )
}

function GroupHead({ upload }: { readonly upload: StoredUpload }): JSX.Element {
  const sizes = upload.files.map(({ size }) => size)
  return (
    <>
      <span class="picture picture-count" aria-hidden="true">
        {formats.number(upload.files.length)}
      </span>
      <div class="stored-body">
        <p class="file-name">{text.uploadOfFiles(count(upload.files.length))}</p>
        <p class="faint dotted">
          <span>{formats.bytes(sizes.reduce((sum, size) => sum + size, 0))}</span>
          <TimeAgo time={upload.receivedAt} />
        </p>
      </div>
    </>
  )
}

function Fields({ fields }: { readonly fields: StoredUpload['fields'] }): JSX.Element | null {
  const entries = Object.entries(fields)
  if (entries.length === 0) return null
  return (
    <ul class="fields" aria-label={text.fields}>
      {entries.map(([name, value]) => (
        <li key={name} class="field">
          <span class="field-name">{name}</span>
          <span>{shorten(typeof value === 'string' ? value : value.join(', '))}</span>
        </li>
      ))}
    </ul>
  )
}

/** More than a line has room for; to lay out all of a long value takes its time, and the details have it. */
const maxShown = 200

function shorten(value: string): string {
  return value.length > maxShown ? `${value.slice(0, maxShown)}…` : value
}

function CopyLink({
  file,
  state,
}: {
  readonly file: StoredFile
  readonly state: RowState
}): JSX.Element {
  return (
    <CopyButton
      icon="link"
      label={text.copyLinkName(file.name)}
      content={() => file.url}
      announcer={state.announcer}
    />
  )
}

function UploadActions(props: {
  readonly upload: StoredUpload
  readonly state: RowState
  readonly single: StoredFile | undefined
  readonly isOpen: { value: boolean }
}): JSX.Element {
  const { upload, state, single, isOpen } = props
  const name = single?.name ?? text.uploadOfFiles(count(upload.files.length))
  return (
    <div class="actions">
      {single !== undefined && <CopyLink file={single} state={state} />}
      {upload.files.length > 0 && (
        <CopyButton
          icon="code"
          label={text.copySnippetName(name)}
          content={() => formatUploadSnippet(upload, new URL('/upload', location.href).href)}
          announcer={state.announcer}
        />
      )}
      <IconButton
        icon="chevron"
        label={text.detailsName(name)}
        class={isOpen.value ? 'is-open' : ''}
        isExpanded={isOpen.value}
        onClick={() => (isOpen.value = !isOpen.value)}
      />
      <IconButton
        icon="trash"
        label={text.removeName(name)}
        class="danger remove"
        onClick={() => {
          state.deletions.start(upload)
          state.announcer.say(`${text.removed(name)}. ${text.undo}: Ctrl+Z`)
        }}
      />
    </div>
  )
}
