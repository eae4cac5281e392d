import type { JSX } from 'preact'
import { formats, text } from '../lib/page-text.ts'
import { sentFraction, type UploadPhase } from '../lib/upload-phase.ts'
import type { Pace, Sending, SendingUpload } from '../state/sending.ts'
import { IconButton } from './button.tsx'
import { Icon } from './icons.tsx'
import { ProgressBar } from './progress-bar.tsx'
import { LocalThumbnail } from './thumbnail.tsx'

/** An upload of this page. */
export function SendingRow(props: {
  readonly upload: SendingUpload
  readonly sending: Sending
}): JSX.Element {
  const { upload, sending } = props
  const { file, folder } = upload
  const phase = upload.phase.value
  return (
    <li class={`transfer transfer-${phase.kind}`} data-row={upload.id}>
      <LocalThumbnail file={file} />
      <div class="transfer-body">
        <p class="file-name" title={`${folder}${file.name}`}>
          {folder !== '' && <span class="faint">{folder}</span>}
          {file.name}
        </p>
        {isRunning(phase) && (
          <ProgressBar label={text.progressOf(file.name)} fraction={sentFraction(phase)} />
        )}
        <TransferLine upload={upload} phase={phase} />
      </div>
      <div class="actions">
        <RowActions upload={upload} phase={phase} sending={sending} />
      </div>
    </li>
  )
}

/** Whether there is a bar: from the start, so that the row keeps its height. */
function isRunning({ kind }: UploadPhase): boolean {
  return kind === 'connecting' || kind === 'sending' || kind === 'processing'
}

function TransferLine({
  upload,
  phase,
}: {
  upload: SendingUpload
  phase: UploadPhase
}): JSX.Element {
  const size = formats.bytes(upload.file.size)
  switch (phase.kind) {
    case 'waiting':
      return <p class="faint">{size}</p>
    case 'connecting':
      return (
        <p class="faint dotted">
          <span>{size}</span>
          <span>{text.connecting}</span>
        </p>
      )
    case 'sending': {
      const sent = formats.bytes(upload.file.size * sentFraction(phase))
      return (
        <p class="faint dotted">
          <span>{text.bytesOf(sent, size)}</span>
          <PaceText pace={upload.pace.value} />
        </p>
      )
    }
    case 'processing':
      return (
        <p class="faint dotted">
          <span>{size}</span>
          <span>{text.processing}</span>
        </p>
      )
    case 'done':
      return <p class="faint">{size}</p>
    case 'aborted':
      return (
        <p class="faint dotted">
          <span>{size}</span>
          <span>{text.aborted}</span>
        </p>
      )
    case 'failed':
      return (
        <div class="failure">
          <p>{text.reasons[phase.reason.code]}</p>
          {phase.reason.detail !== undefined && <p class="faint">{phase.reason.detail}</p>}
        </div>
      )
    default:
      return phase satisfies never
  }
}

/** How fast, and how long yet, as far as that can be told. */
export function PaceText({ pace }: { readonly pace: Pace }): JSX.Element {
  const { bytesPerSecond, secondsLeft } = pace
  return (
    <>
      {bytesPerSecond !== undefined && <span>{formats.rate(bytesPerSecond)}</span>}
      {secondsLeft !== undefined && <span>{text.timeLeft(formats.duration(secondsLeft))}</span>}
    </>
  )
}

function RowActions(props: {
  readonly upload: SendingUpload
  readonly phase: UploadPhase
  readonly sending: Sending
}): JSX.Element {
  const { upload, phase, sending } = props
  const { name } = upload.file
  if (phase.kind === 'done') {
    return (
      <span class="outcome-done">
        <Icon name="check" />
        <span class="visually-hidden">{text.done}</span>
      </span>
    )
  }
  if (phase.kind !== 'failed' && phase.kind !== 'aborted') {
    return (
      <IconButton
        icon="close"
        label={text.abort(name)}
        class="danger"
        onClick={() => sending.abort(upload)}
      />
    )
  }
  return (
    <>
      <button
        type="button"
        class="button"
        aria-label={text.tryAgainName(name)}
        onClick={() => sending.tryAgain([upload])}
      >
        {text.tryAgain}
      </button>
      <IconButton icon="close" label={text.dismiss(name)} onClick={() => sending.dismiss(upload)} />
    </>
  )
}
