import { createFormats, type Formats } from '../../lib/formats.ts'
import { language } from '../../lib/page-language.ts'
import { playgroundMessages, type PlaygroundMessages } from '../messages.ts'

/** The playground's texts in this page's language. */
export const text: PlaygroundMessages = playgroundMessages[language]

/** Numbers and sizes in this page's language. */
export const formats: Formats = createFormats(language)

/** A time since the run began. */
export function formatMs(ms: number): string {
  return text.milliseconds(formats.number(Math.round(ms)))
}

/** The keys that run the code, as they are printed on this keyboard. */
export const runKeys: string = /^(?:Mac|iP)/.test(navigator.platform) ? '⌘ ↵' : 'Ctrl + Enter'
