import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { Icon } from '../../components/icons.tsx'
import { kindOfFile } from '../../lib/file-kind.ts'
import { formats, text } from './page-text.ts'

/** The file that the code uploads: a person chooses it, drops it anywhere on the page, or takes the one that is there. */
export function FileBox(props: {
  /** Undefined while the sample picture is being drawn. */
  readonly file: File | undefined
  readonly isSample: boolean
  readonly onChoose: (file: File) => void
  readonly onUseSample: () => void
}): JSX.Element {
  const { file, isSample, onChoose, onUseSample } = props
  const input = useRef<HTMLInputElement>(null)
  const isDraggedOver = useFileDrop(onChoose)

  function takeChosen(): void {
    const { current } = input
    const [chosen] = current?.files ?? []
    if (chosen !== undefined) onChoose(chosen)
    // So that the same file can be chosen again.
    if (current !== null) current.value = ''
  }

  return (
    <div
      class={`file-box ${isDraggedOver ? 'file-box-target' : ''}`}
      role="group"
      aria-label={text.file}
    >
      <FileThumbnail key={file?.name} file={file} />
      <div class="file-facts">
        <p class="file-name">
          <code>tempFilePaths[0]</code> <span class="file-given-name">{file?.name}</span>
        </p>
        <p class="file-about">{isDraggedOver ? text.dropFile : file && <About file={file} />}</p>
      </div>
      {!isSample && (
        <button type="button" class="button quiet" onClick={onUseSample}>
          {text.useSamplePicture}
        </button>
      )}
      <button type="button" class="button" onClick={() => input.current?.click()}>
        {text.chooseFile}
      </button>
      <input ref={input} type="file" hidden onChange={takeChosen} />
    </div>
  )
}

function About({ file }: { readonly file: File }): JSX.Element {
  return (
    <>
      {formats.bytes(file.size)}
      <span class="file-hint"> · {text.fileHint}</span>
    </>
  )
}

function FileThumbnail({ file }: { readonly file: File | undefined }): JSX.Element {
  const url = useSignal<string>()
  useEffect(() => {
    if (file === undefined || !file.type.startsWith('image/')) {
      url.value = undefined
      return undefined
    }
    const made = URL.createObjectURL(file)
    url.value = made
    return () => URL.revokeObjectURL(made)
  }, [file])

  return (
    <span class="file-thumbnail">
      {url.value !== undefined ? (
        // What cannot be shown as a picture is shown as any other file.
        <img src={url.value} alt="" onError={() => (url.value = undefined)} />
      ) : (
        <Icon name={kindOfFile({ name: file?.name ?? '', type: file?.type ?? '' })} size={20} />
      )}
    </span>
  )
}

/** Takes the first file of what is dropped on the page; true while files are dragged over it. */
function useFileDrop(onFile: (file: File) => void): boolean {
  const isOver = useSignal(false)
  // Before the page is painted: what is dropped on a page that does not listen yet, the browser opens in its place.
  useLayoutEffect(() => {
    const listening = new AbortController()
    // Before the editor, which would insert what is in the file.
    const options = { capture: true, signal: listening.signal }
    const take = (event: DragEvent, isNowOver: boolean): void => {
      if (!event.dataTransfer?.types.includes('Files')) return
      isOver.value = isNowOver
      event.preventDefault()
      event.stopPropagation()
    }
    addEventListener('dragenter', (event) => take(event, true), options)
    addEventListener('dragover', (event) => take(event, true), options)
    addEventListener(
      'dragleave',
      (event) => {
        // Nothing is entered where the page itself is left.
        if (event.relatedTarget === null) take(event, false)
      },
      options,
    )
    addEventListener(
      'drop',
      (event) => {
        take(event, false)
        const [file] = event.dataTransfer?.files ?? []
        if (file !== undefined) onFile(file)
      },
      options,
    )
    return () => listening.abort()
  }, [])
  return isOver.value
}
