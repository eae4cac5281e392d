import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useLayoutEffect } from 'preact/hooks'
import { type FoundFiles, holdsFiles, readFiles } from '../lib/dropped-files.ts'
import { text } from '../lib/page-text.ts'
import { Icon } from './icons.tsx'

/** While files are over the page, it hears of them a few times a second; after this silence they have gone. */
const silenceMs = 1000

/** Takes what is dropped anywhere or pasted, and covers the page while files are dragged over it. */
export function DropVeil(props: {
  readonly onFound: (found: AsyncGenerator<FoundFiles>) => void
}): JSX.Element {
  const isShown = useSignal(false)

  // Before the page is painted: what is dropped on a page that does not listen yet, the browser opens in its place.
  useLayoutEffect(() => {
    const listening = new AbortController()
    const { signal } = listening
    let silence: ReturnType<typeof setTimeout> | undefined
    const show = ({ dataTransfer }: DragEvent): void => {
      if (!holdsFiles(dataTransfer)) return
      isShown.value = true
      clearTimeout(silence)
      silence = setTimeout(() => (isShown.value = false), silenceMs)
    }
    window.addEventListener('dragenter', show, { signal })
    window.addEventListener('dragover', show, { signal })
    // Without this the browser would open what is dropped, and leave the page.
    window.addEventListener(
      'dragover',
      (event) => {
        if (!holdsFiles(event.dataTransfer)) return
        event.preventDefault()
        event.dataTransfer.dropEffect = 'copy'
      },
      { signal },
    )
    window.addEventListener(
      'drop',
      (event) => {
        isShown.value = false
        if (!holdsFiles(event.dataTransfer)) return
        event.preventDefault()
        props.onFound(readFiles(event.dataTransfer))
      },
      { signal },
    )
    window.addEventListener(
      'paste',
      ({ clipboardData }) => {
        if (holdsFiles(clipboardData)) props.onFound(readFiles(clipboardData))
      },
      { signal },
    )
    return () => listening.abort()
  }, [])

  // It covers everything, so that leaving it is leaving the page.
  return (
    <div class="drop-veil" hidden={!isShown.value} onDragLeave={() => (isShown.value = false)}>
      <div class="drop-veil-frame">
        <Icon name="upload" size={40} />
        <p class="drop-veil-title">{text.dropVeil}</p>
        <p>{text.dropVeilHint}</p>
      </div>
    </div>
  )
}
