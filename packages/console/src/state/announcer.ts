import { type ReadonlySignal, signal } from '@preact/signals'

/** What assistive technology is told. */
export interface Announcer {
  readonly text: ReadonlySignal<string>
  say(text: string): void
}

/** Makes an announcer. */
export function createAnnouncer(): Announcer {
  const text = signal('')
  return {
    text,
    say(next) {
      // The same again would be no change, and so not be read.
      text.value = next === text.value ? `${next}\u00A0` : next
    },
  }
}
