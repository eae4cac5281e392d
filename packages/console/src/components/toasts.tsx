import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { isolateName } from '../lib/isolate-name.ts'
import { text } from '../lib/page-text.ts'
import { type ConsoleState, nameOfUpload } from '../state/console-state.ts'
import type { Deletion } from '../state/deletions.ts'
import { IconButton } from './button.tsx'

/** What has just been deleted and can come back, and what went wrong beside the uploads. */
export function Toasts({ state }: { readonly state: ConsoleState }): JSX.Element | null {
  const { deletions, notices, announcer } = state

  function undo(deletion: Deletion): void {
    deletions.undo(deletion)
    announcer.say(text.undone(nameOfUpload(deletion.upload)))
  }

  useEffect(() => {
    const undoLast = (event: KeyboardEvent): void => {
      if (!isUndoKey(event)) return
      const last = deletions.pending.value.at(-1)
      if (last === undefined) return
      event.preventDefault()
      undo(last)
    }
    window.addEventListener('keydown', undoLast)
    return () => window.removeEventListener('keydown', undoLast)
  }, [])

  if (deletions.pending.value.length + notices.shown.value.length === 0) return null
  return (
    <section
      class="toasts"
      aria-label={text.notices}
      onMouseEnter={() => deletions.hold()}
      onMouseLeave={() => deletions.release()}
      onFocusIn={() => deletions.hold()}
      onFocusOut={() => deletions.release()}
    >
      {notices.shown.value.map((notice) => (
        <div key={notice.id} class="toast toast-failure" role="alert">
          <p>{notice.text}</p>
          <IconButton icon="close" label={text.close} onClick={() => notices.close(notice)} />
        </div>
      ))}
      {deletions.pending.value.map((deletion) => {
        const name = nameOfUpload(deletion.upload)
        return (
          <div key={deletion.upload.id} class="toast">
            <p class="toast-text">{text.removed(isolateName(name))}</p>
            <button
              type="button"
              class="button"
              aria-label={text.undoName(name)}
              onClick={({ currentTarget }) => {
                const isByKey = currentTarget.matches(':focus-visible')
                undo(deletion)
                if (isByKey) focusRow(deletion)
              }}
            >
              {text.undo}
            </button>
          </div>
        )
      })}
    </section>
  )
}

/** The button goes with its toast; the focus to what has come back, once it is there. */
function focusRow({ upload }: Deletion): void {
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>(`[data-row="${upload.id}"] .remove`)?.focus()
  })
}

/** Ctrl+Z, or ⌘Z, outside of what undoes its own. */
function isUndoKey({ key, ctrlKey, metaKey, shiftKey, target }: KeyboardEvent): boolean {
  if (key.toLowerCase() !== 'z' || !(ctrlKey || metaKey) || shiftKey) return false
  return !(target instanceof Element && target.matches('input, textarea, [contenteditable]'))
}
