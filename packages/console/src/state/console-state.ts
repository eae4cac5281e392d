import { batch, type ReadonlySignal, signal } from '@preact/signals'
import { createWx } from '@wx-upload/client'
import type { ChosenFile, FoundFiles } from '../lib/dropped-files.ts'
import { createFrameBatch } from '../lib/frame-batch.ts'
import { isolateName } from '../lib/isolate-name.ts'
import { listenToServer } from '../lib/live-events.ts'
import { count, text } from '../lib/page-text.ts'
import { deleteUpload, fetchPage, RefusedError } from '../lib/server-requests.ts'
import type { StoredUpload } from '../lib/stored-upload.ts'
import { type Announcer, createAnnouncer } from './announcer.ts'
import { createDeletions, type Deletions } from './deletions.ts'
import { createIncoming, type Incoming } from './incoming.ts'
import { createNotices, type Notices } from './notices.ts'
import { createSending, maxAtOnce, type Sending } from './sending.ts'
import { createStored, type Stored } from './stored.ts'

/** Whether the server's events reach this page: not yet, now, not any more, or again. */
export type Connection = 'connecting' | 'live' | 'lost' | 'back'

/** Everything that the console shows. */
export interface ConsoleState {
  readonly sending: Sending
  readonly stored: Stored
  readonly deletions: Deletions
  readonly incoming: Incoming
  readonly notices: Notices
  readonly announcer: Announcer
  readonly connection: ReadonlySignal<Connection>
  /** Sends files, some at a time, so that thousands do not hold the page up. */
  takeFiles(files: readonly ChosenFile[]): void
  /** Sends the files of a drop as they are found. */
  takeFound(found: AsyncGenerator<FoundFiles>): Promise<void>
  /** Takes the news that the server is back as read. */
  acknowledgeReturn(): void
}

const gatherMs = 1500
const filesAtOnce = 50

/** Makes the console's state and connects it to the server. */
export function createConsoleState(): ConsoleState {
  // The page's own server may well be on another machine of the local network.
  const wx = createWx({ urlCheck: false, maxConcurrent: maxAtOnce })
  const connection = signal<Connection>('connecting')
  const announcer = createAnnouncer()
  const notices = createNotices()
  const stored = createStored({ fetchPage, explain })
  const sending = createSending({
    uploadFile: (option) => wx.uploadFile(option),
    url: new URL('/upload', location.href).href,
    createFrameBatch,
    createRequestId,
    isOnline: () => navigator.onLine,
    onEnd: ({ doneFiles, failedFiles }) => {
      if (doneFiles + failedFiles > 0)
        announcer.say(text.announceSent(count(doneFiles), count(failedFiles)))
    },
  })
  const incoming = createIncoming((requestId) => sending.isOwn(requestId))
  const deletions = createDeletions({
    stored,
    deleteUpload,
    onFailure: (upload, error) =>
      notices.show(
        text.removeFailed(isolateName(nameOfUpload(upload)), explain(error) ?? text.notReached),
      ),
  })
  const arrivals = gatherArrivals(announcer)
  const change = gatherChanges()

  async function takeFiles(files: readonly ChosenFile[]): Promise<void> {
    for (let start = 0; start < files.length; start += filesAtOnce) {
      sending.add(files.slice(start, start + filesAtOnce))
      await nextTask()
    }
  }

  async function takeFound(found: AsyncGenerator<FoundFiles>): Promise<void> {
    let taken = 0
    let skipped = 0
    for await (const { files, unreadable } of found) {
      taken += files.length
      skipped += unreadable
      await takeFiles(files)
    }
    if (skipped > 0) notices.show(text.skipped(count(skipped)))
    else if (taken === 0) notices.show(text.noFiles)
  }

  // Beside the events, not after them: something between here and the server may hold a stream back.
  void stored.reload()
  listenToServer({
    onOpen() {
      connection.value = connection.value === 'lost' ? 'back' : 'live'
      void stored.reload()
    },
    onLost() {
      connection.value = 'lost'
      incoming.clear()
    },
    onStored(upload) {
      // What this page sends is no news.
      const isNews = !sending.state.value.isRunning
      if (isNews) arrivals.add(upload)
      change(() => stored.insert(upload, isNews))
    },
    onRemoved: (id) =>
      change(() => {
        stored.remove(id)
        deletions.forget(id)
      }),
    onReceiving: (receiving) => incoming.update(receiving),
  })

  return {
    sending,
    stored,
    deletions,
    incoming,
    notices,
    announcer,
    connection,
    takeFiles: (files) => void takeFiles(files),
    takeFound,
    acknowledgeReturn() {
      if (connection.value === 'back') connection.value = 'live'
    },
  }
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve))
}

/** What an upload is called: its file's name, or how many files it has. */
export function nameOfUpload({ files }: StoredUpload): string {
  const [file] = files
  return files.length === 1 && file !== undefined
    ? file.name
    : text.uploadOfFiles(count(files.length))
}

/** What the server said; undefined where there was no answer. */
function explain(error: unknown): string | undefined {
  return error instanceof RefusedError ? error.message : undefined
}

/** An id that the server takes as a request's; not randomUUID, which only a secure origin has. */
function createRequestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Makes changes to the list a few times a second, many at a time: uploads may arrive by the hundred. */
function gatherChanges(): (change: () => void) => void {
  let changes: (() => void)[] = []
  const frame = createFrameBatch(() => {
    const due = changes
    changes = []
    batch(() => due.forEach((change) => change()))
  })
  return (change) => {
    changes.push(change)
    frame.request()
  }
}

/** Tells of uploads that arrive, many at a time. */
function gatherArrivals(announcer: Announcer): { add(upload: StoredUpload): void } {
  let arrived: StoredUpload[] = []
  return {
    add(upload) {
      arrived.push(upload)
      if (arrived.length > 1) return
      setTimeout(() => {
        const files = arrived.flatMap((each) => each.files)
        arrived = []
        announcer.say(text.announceStored(count(files.length), files[0]?.name ?? ''))
      }, gatherMs)
    },
  }
}
