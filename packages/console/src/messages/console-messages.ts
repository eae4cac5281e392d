import type { FailureCode } from '../lib/failure-reason.ts'
import type { FileKind } from '../lib/file-kind.ts'

/** A count as a number, for the grammar, and as it is written. */
export interface Count {
  readonly value: number
  readonly text: string
}

/** What the console says. What is handed in has been formatted for the same language. */
export interface ConsoleMessages {
  readonly title: string

  readonly dropHere: string
  readonly dropHint: string
  readonly chooseFiles: string
  readonly dropVeil: string
  readonly dropVeilHint: string
  readonly skipped: (count: Count) => string
  readonly noFiles: string

  readonly firstRun: string
  readonly exampleIn: (language: string) => string

  readonly transfers: string
  readonly sendingFiles: (done: Count, all: Count) => string
  readonly sentFiles: (count: Count) => string
  readonly failedFiles: (count: Count) => string
  readonly nothingSent: string
  readonly timeLeft: (time: string) => string
  readonly abortAll: string
  readonly tryAllAgain: string
  readonly clearFinished: string
  readonly sending: string
  readonly waitingTitle: string
  readonly failedTitle: string
  readonly doneTitle: string
  readonly showMore: (count: Count) => string

  readonly waiting: string
  readonly connecting: string
  readonly processing: string
  readonly done: string
  readonly aborted: string
  readonly bytesOf: (sent: string, all: string) => string
  readonly progressOf: (name: string) => string
  readonly abort: (name: string) => string
  readonly tryAgain: string
  readonly tryAgainName: (name: string) => string
  readonly dismiss: (name: string) => string
  readonly reasons: Readonly<Record<FailureCode, string>>

  readonly incoming: string
  readonly incomingNone: string
  readonly incomingFrom: (address: string) => string
  readonly unnamedFile: string
  readonly receivedSoFar: (bytes: string) => string
  readonly chartTitle: string
  readonly chartSummary: (now: string, peak: string) => string
  readonly chartNow: string
  readonly chartPeak: string
  readonly chartSpan: string

  readonly onServer: string
  readonly live: string
  readonly notLive: string
  readonly loading: string
  readonly listFailed: string
  readonly retry: string
  readonly loadMore: string
  readonly loadingMore: string
  readonly noUploads: string
  readonly noUploadsHint: string
  readonly uploadOfFiles: (count: Count) => string
  readonly open: string
  readonly openName: (name: string) => string
  readonly copyLink: string
  readonly copyLinkName: (name: string) => string
  readonly copySnippet: string
  readonly copySnippetName: (name: string) => string
  readonly details: string
  readonly detailsName: (name: string) => string
  readonly remove: string
  readonly removeName: (name: string) => string
  readonly copy: string
  readonly copied: string
  readonly copyFailed: string
  readonly fields: string
  readonly formField: string
  readonly checksum: string
  readonly copyChecksum: (name: string) => string
  readonly uploadId: string
  readonly receivedAt: string
  readonly kinds: Readonly<Record<FileKind, string>>

  readonly notices: string
  readonly removed: (what: string) => string
  readonly undo: string
  readonly undoName: (what: string) => string
  readonly undone: (what: string) => string
  readonly removeFailed: (what: string, why: string) => string
  readonly close: string
  readonly notReached: string

  readonly connectionLost: string
  readonly reconnecting: string
  readonly connectionBack: string
  readonly tryFailedAgain: (count: Count) => string

  readonly announceSent: (done: Count, failed: Count) => string
  readonly announceStored: (count: Count, name: string) => string
}
