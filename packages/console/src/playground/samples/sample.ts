import type { Language } from '../../lib/language.ts'

/** A program that a person can run, change and run again. */
export interface Sample {
  /** Does not change: what a person has made of the sample is kept under it. */
  readonly id: string
  readonly group: SampleGroup
  readonly title: Readonly<Record<Language, string>>
  /** Its text. `origin` is the server's, such as `http://127.0.0.1:8080`. */
  readonly code: (words: SampleWords) => string
}

/** `page`: word for word from the API page. `more`: what else there is. `failure`: what goes wrong, on purpose. */
export type SampleGroup = 'page' | 'more' | 'failure'

export interface SampleWords {
  readonly origin: string
  /** The words of the person's language. */
  readonly say: (en: string, zh: string) => string
}
