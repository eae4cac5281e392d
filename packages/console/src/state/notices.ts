import { type ReadonlySignal, signal } from '@preact/signals'

/** Something that went wrong beside the uploads, and stays until it is closed. */
export interface Notice {
  readonly id: number
  readonly text: string
}

/** The notices that are shown. */
export interface Notices {
  readonly shown: ReadonlySignal<readonly Notice[]>
  show(text: string): void
  close(notice: Notice): void
}

const mostShown = 3

/** Makes the state of notices. */
export function createNotices(): Notices {
  const shown = signal<readonly Notice[]>([])
  let lastId = 0
  return {
    shown,
    show(text) {
      lastId += 1
      shown.value = [...shown.value, { id: lastId, text }].slice(-mostShown)
    },
    close(notice) {
      shown.value = shown.value.filter(({ id }) => id !== notice.id)
    },
  }
}
