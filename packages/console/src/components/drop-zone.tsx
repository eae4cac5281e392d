import type { JSX, TargetedEvent } from 'preact'
import { useRef } from 'preact/hooks'
import { text } from '../lib/page-text.ts'
import type { ChosenFile } from '../lib/dropped-files.ts'
import { Icon } from './icons.tsx'

/** Where files are dropped or chosen; large while there is nothing else to see. */
export function DropZone(props: {
  readonly isLarge: boolean
  readonly onFiles: (files: readonly ChosenFile[]) => void
}): JSX.Element {
  const input = useRef<HTMLInputElement>(null)

  function take({ currentTarget }: TargetedEvent<HTMLInputElement>): void {
    props.onFiles(Array.from(currentTarget.files ?? [], (file) => ({ file, folder: '' })))
    // So that the same file can be chosen again.
    currentTarget.value = ''
  }

  return (
    <div class={`drop-zone ${props.isLarge ? 'drop-zone-large' : ''}`}>
      <span class="drop-zone-icon">
        <Icon name="upload" size={props.isLarge ? 28 : 22} />
      </span>
      <div class="drop-zone-text">
        <p class="drop-zone-title">{text.dropHere}</p>
        <p class="faint">{text.dropHint}</p>
      </div>
      <button type="button" class="button primary" onClick={() => input.current?.click()}>
        {text.chooseFiles}
      </button>
      <input ref={input} type="file" multiple hidden onChange={take} />
    </div>
  )
}
