import { batch, type ReadonlySignal, signal } from '@preact/signals'
import type { StoredUpload } from '../lib/stored-upload.ts'
import type { Stored } from './stored.ts'

/** A deletion that can still be undone. */
export interface Deletion {
  readonly upload: StoredUpload
}

/** Deletions, and the time in which they can be undone. */
export interface Deletions {
  /** Those that can be undone, the last one last. */
  readonly pending: ReadonlySignal<readonly Deletion[]>
  /** Hides an upload now, and deletes it when the time to undo is over. */
  start(upload: StoredUpload): void
  undo(deletion: Deletion): void
  /** Somebody else has deleted an upload: there is nothing left to undo. */
  forget(id: string): void
  /** Stops the clocks, while somebody is about to decide. */
  hold(): void
  /** Starts the clocks again, from the beginning. */
  release(): void
  /** Deletes at once what is pending: the page goes. */
  flush(): void
}

/** What {@link createDeletions} works with. */
export interface DeletionsSetup {
  readonly stored: Pick<Stored, 'setHidden' | 'remove'>
  readonly deleteUpload: (id: string, isLast: boolean) => Promise<void>
  /** Called when the server would not; the upload is shown again. */
  readonly onFailure: (upload: StoredUpload, error: unknown) => void
}

const undoMs = 8000
/** More than these would cover the page: the oldest one's time is over. */
const mostPending = 3

/** Makes the state of deletions. */
export function createDeletions({ stored, deleteUpload, onFailure }: DeletionsSetup): Deletions {
  const pending = signal<readonly Deletion[]>([])
  const timers = new Map<Deletion, ReturnType<typeof setTimeout>>()
  let isHeld = false

  function startClock(deletion: Deletion): void {
    timers.set(
      deletion,
      setTimeout(() => commit(deletion, false), undoMs),
    )
  }

  function stopClock(deletion: Deletion): void {
    clearTimeout(timers.get(deletion))
    timers.delete(deletion)
  }

  function settle(deletion: Deletion): void {
    stopClock(deletion)
    pending.value = pending.value.filter((other) => other !== deletion)
    // Nothing is left to point at.
    if (pending.value.length === 0) isHeld = false
  }

  function commit(deletion: Deletion, isLast: boolean): void {
    const { upload } = deletion
    settle(deletion)
    deleteUpload(upload.id, isLast).then(
      () => stored.remove(upload.id),
      (error: unknown) =>
        batch(() => {
          stored.setHidden(upload.id, false)
          onFailure(upload, error)
        }),
    )
  }

  return {
    pending,
    start(upload) {
      const deletion = { upload }
      batch(() => {
        stored.setHidden(upload.id, true)
        pending.value = [...pending.value, deletion]
      })
      if (!isHeld) startClock(deletion)
      const [oldest] = pending.value
      if (oldest !== undefined && pending.value.length > mostPending) commit(oldest, false)
    },
    undo(deletion) {
      batch(() => {
        settle(deletion)
        stored.setHidden(deletion.upload.id, false)
      })
    },
    forget(id) {
      const gone = pending.value.find(({ upload }) => upload.id === id)
      if (gone !== undefined) settle(gone)
    },
    hold() {
      // Who points at a notice alone decides nothing, and its place goes without a word when it is closed.
      isHeld = pending.value.length > 0
      for (const deletion of pending.value) stopClock(deletion)
    },
    release() {
      isHeld = false
      for (const deletion of pending.value) {
        stopClock(deletion)
        startClock(deletion)
      }
    },
    flush() {
      for (const deletion of pending.value) commit(deletion, true)
    },
  }
}
