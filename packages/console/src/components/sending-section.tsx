import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { count, formats, text } from '../lib/page-text.ts'
import type { Sending, SendingUpload } from '../state/sending.ts'
import { SendingRow } from './sending-row.tsx'

/** How many more rows one click shows. */
const moreRows = 50

/** The uploads of this page that stand at the same point; the first of them, where there are many. */
export function SendingSection(props: {
  readonly title: string
  readonly uploads: readonly SendingUpload[]
  readonly sending: Sending
  /** Rows that are shown at first. */
  readonly firstRows: number
}): JSX.Element | null {
  const { title, uploads, sending } = props
  const shownRows = useSignal(props.firstRows)
  if (uploads.length === 0) return null
  const hidden = uploads.length - shownRows.value
  return (
    <section class="transfer-section" aria-label={title}>
      <h3 class="section-title">
        {title} <span class="count">{formats.number(uploads.length)}</span>
      </h3>
      <ul>
        {uploads.slice(0, shownRows.value).map((upload) => (
          <SendingRow key={upload.id} upload={upload} sending={sending} />
        ))}
      </ul>
      {hidden > 0 && (
        <button
          type="button"
          class="button quiet more"
          onClick={() => (shownRows.value += moreRows)}
        >
          {text.showMore(count(Math.min(hidden, moreRows)))}
        </button>
      )}
    </section>
  )
}
