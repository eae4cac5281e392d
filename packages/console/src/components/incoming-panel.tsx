import { useComputed } from '@preact/signals'
import type { JSX } from 'preact'
import type { ReceivingUpload } from '../lib/live-events.ts'
import { formats, text } from '../lib/page-text.ts'
import type { Incoming } from '../state/incoming.ts'
import { FilePicture } from './file-picture.tsx'
import { ProgressBar } from './progress-bar.tsx'
import { RateChart } from './rate-chart.tsx'

/** What arrives at the server now: the rate of all of it, and each upload that others send. */
export function IncomingPanel({ incoming }: { readonly incoming: Incoming }): JSX.Element | null {
  const isShown = useComputed(() => incoming.uploads.value.length > 0 || incoming.isActive.value)
  if (!isShown.value) return null
  return (
    <section class="panel" aria-labelledby="incoming-title">
      <header class="panel-head">
        <div class="panel-head-row">
          <h2 id="incoming-title">{text.incoming}</h2>
        </div>
        <RateChart incoming={incoming} />
      </header>
      <IncomingList incoming={incoming} />
    </section>
  )
}

function IncomingList({ incoming }: { readonly incoming: Incoming }): JSX.Element {
  const uploads = incoming.uploads.value
  // As high as one upload: what is below stays in its place while one comes after the other.
  if (uploads.length === 0) {
    return (
      <div class="transfer-section incoming-none">
        <p class="transfer transfer-incoming faint">{text.incomingNone}</p>
      </div>
    )
  }
  return (
    <ul class="transfer-section">
      {uploads.map((upload) => (
        <IncomingRow key={upload.requestId} upload={upload} />
      ))}
    </ul>
  )
}

function IncomingRow({ upload }: { readonly upload: ReceivingUpload }): JSX.Element {
  const { receivedBytes, expectedBytes, bytesPerSecond, remoteAddress } = upload
  const name = upload.name ?? text.unnamedFile
  const received = formats.bytes(receivedBytes)
  return (
    <li class="transfer transfer-incoming">
      <FilePicture name={name} type="" />
      <div class="transfer-body">
        <p class="file-name" title={name}>
          {name}
        </p>
        <ProgressBar
          label={text.progressOf(name)}
          fraction={
            expectedBytes === null ? undefined : Math.min(1, receivedBytes / (expectedBytes || 1))
          }
          tone="incoming"
        />
        <p class="faint dotted">
          <span>
            {expectedBytes === null
              ? text.receivedSoFar(received)
              : text.bytesOf(received, formats.bytes(expectedBytes))}
          </span>
          <span>{formats.rate(bytesPerSecond)}</span>
          <span>{text.incomingFrom(remoteAddress)}</span>
        </p>
      </div>
    </li>
  )
}
