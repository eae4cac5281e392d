/**
 * What the page and the document that runs a person's code tell each other.
 *
 * A runner says to its parent that it is ready; it is given its run, and a port through which it reports. The code that it
 * runs has no access to that port, whatever it posts to the page.
 *
 * @module
 */
import type { Described } from './described.ts'

/** Runner → page, as soon as it can run something. */
export const readyMessage = 'wx-upload-playground:ready'

/** Page → runner, once in its life, with the port for its reports: run this. */
export interface RunMessage {
  readonly type: 'wx-upload-playground:run'
  readonly code: string
  /** What `tempFilePaths[0]` and `file` are in the code. */
  readonly file: File
}

/** Runner → page, through the port. */
export type RunnerReport =
  | { readonly type: 'event'; readonly event: RunEvent }
  /** Whether the code, a call of its, or a timer of its is still to come to its end. */
  | { readonly type: 'activity'; readonly isBusy: boolean }

/** The functions of `wx` whose calls are followed. */
export type ApiName = 'uploadFile' | 'chooseImage'

/** How a call ends. `resolved` and `rejected`: the promise of a `chooseImage` without callbacks. */
export type CallbackName = 'success' | 'fail' | 'complete' | 'resolved' | 'rejected'

/** The methods of `console` whose calls are shown. */
export type ConsoleLevel = 'debug' | 'log' | 'info' | 'warn' | 'error'

/** One thing that happened while the code ran; `atMs` is its time since the run began. */
export type RunEvent = { readonly atMs: number } & (
  | {
      readonly type: 'call'
      readonly call: number
      readonly api: ApiName
      readonly value: Described
    }
  | { readonly type: 'abort'; readonly call: number }
  | {
      readonly type: 'callback'
      readonly call: number
      readonly name: CallbackName
      readonly value: Described
      /** Whether the code has a function for it. */
      readonly isHeard: boolean
    }
  | {
      readonly type: 'headers'
      readonly call: number
      readonly value: Described
      readonly isHeard: boolean
    }
  | {
      readonly type: 'progress'
      readonly call: number
      readonly percent: number
      readonly value: Described
      readonly isHeard: boolean
    }
  | {
      readonly type: 'console'
      readonly level: ConsoleLevel
      readonly values: readonly Described[]
    }
  | { readonly type: 'error'; readonly value: Described; readonly place: CodePlace | undefined }
  /** The page's Content-Security-Policy has stopped the code from reaching an address. */
  | { readonly type: 'blocked'; readonly url: string }
)

/** A place in the person's code; both from 1. */
export interface CodePlace {
  readonly line: number
  readonly column: number
}
