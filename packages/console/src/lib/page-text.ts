import type { ConsoleMessages, Count } from '../messages/console-messages.ts'
import { consoleMessages } from '../messages/console.ts'
import { createFormats, type Formats } from './formats.ts'
import { language } from './page-language.ts'

/** The console's texts in this page's language. */
export const text: ConsoleMessages = consoleMessages[language]

/** Numbers, sizes and times in this page's language. */
export const formats: Formats = createFormats(language)

/** A number for a text. */
export function count(value: number): Count {
  return { value, text: formats.number(value) }
}
