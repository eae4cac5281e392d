/**
 * A value as it was at one moment, in a form that can be sent to another document and shown there: functions, cycles and
 * getters have become descriptions.
 */
export type Described =
  | { readonly kind: 'string'; readonly text: string; readonly isCut: boolean }
  /** A number, a boolean, null, undefined, a bigint, a symbol: as it is written. */
  | { readonly kind: 'plain'; readonly text: string }
  | { readonly kind: 'function'; readonly name: string }
  /** What has a short form of its own: a date, a regular expression, a promise, an element. */
  | { readonly kind: 'special'; readonly text: string }
  | {
      readonly kind: 'error'
      readonly title: string
      readonly stack: string
      /** What it has beside its name, message and stack. */
      readonly entries: readonly (readonly [key: string, value: Described])[]
    }
  | {
      readonly kind: 'object'
      /** Its class; empty for plain objects. */
      readonly name: string
      readonly entries: readonly (readonly [key: string, value: Described])[]
      /** How many more there are. */
      readonly moreEntries: number
    }
  | {
      readonly kind: 'list'
      /** Its class; empty for arrays. */
      readonly name: string
      readonly items: readonly Described[]
      readonly moreItems: number
    }
