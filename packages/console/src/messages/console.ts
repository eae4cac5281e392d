import type { Language } from '../lib/language.ts'
import { consoleEn } from './console-en.ts'
import { consoleZh } from './console-zh.ts'
import type { ConsoleMessages } from './console-messages.ts'

/** The console's texts by language. */
export const consoleMessages: Readonly<Record<Language, ConsoleMessages>> = {
  en: consoleEn,
  zh: consoleZh,
}
