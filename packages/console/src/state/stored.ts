import { batch, computed, type ReadonlySignal, signal } from '@preact/signals'
import {
  appendPage,
  insertUpload,
  mergeFirstPage,
  mergePage,
  reachesBeyond,
  type StoredList,
  withoutUpload,
} from '../lib/stored-list.ts'
import type { StoredPage, StoredUpload } from '../lib/stored-upload.ts'

/** What is known of the server's list. */
export type StoredState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly why: string | undefined }
  | { readonly kind: 'ready'; readonly hasMore: boolean }

/** What is on the server, as this page knows it. */
export interface Stored {
  readonly state: ReadonlySignal<StoredState>
  /** Newest first, without what is being deleted. */
  readonly uploads: ReadonlySignal<readonly StoredUpload[]>
  readonly isLoadingMore: ReadonlySignal<boolean>
  /** Asks for what is known of the list again, its beginning first; it stays until the answer comes. */
  reload(): Promise<void>
  /** Asks for the next page, unless that is under way or there is none. */
  loadMore(): Promise<void>
  /** Takes in what the server tells of by itself; `isNews` has it stand out for a moment. */
  insert(upload: StoredUpload, isNews: boolean): void
  remove(id: string): void
  /** Hides an upload that may yet come back, or shows it again. */
  setHidden(id: string, isHidden: boolean): void
  /** Whether an upload has come in as news a moment ago. */
  isFresh(id: string): boolean
}

/** What {@link createStored} works with. */
export interface StoredSetup {
  readonly fetchPage: (before?: string) => Promise<StoredPage>
  /** What the server said, or undefined where there was no answer. */
  readonly explain: (error: unknown) => string | undefined
}

type Change = (list: StoredList) => StoredList

const freshMs = 4000

/** Makes the state of what is on the server. */
export function createStored({ fetchPage, explain }: StoredSetup): Stored {
  const list = signal<StoredList | undefined>(undefined)
  const failure = signal<{ why: string | undefined } | undefined>(undefined)
  const hidden = signal<ReadonlySet<string>>(new Set())
  const isLoadingMore = signal(false)
  const fresh = new Set<string>()
  /** For each page that is on its way, what the server has told since it was asked for. */
  const recordings = new Set<Change[]>()
  let reloads = 0

  const state = computed((): StoredState => {
    if (list.value !== undefined) return { kind: 'ready', hasMore: list.value.next !== null }
    return failure.value === undefined ? { kind: 'loading' } : { kind: 'failed', ...failure.value }
  })
  const uploads = computed(() => {
    const all = list.value?.uploads ?? []
    return hidden.value.size === 0 ? all : all.filter(({ id }) => !hidden.value.has(id))
  })

  function change(apply: Change): void {
    for (const recording of recordings) recording.push(apply)
    if (list.value !== undefined) list.value = apply(list.value)
  }

  /** Asks for a page, which may be older than what the server tells meanwhile: `catchUp` makes up for that. */
  async function ask(before?: string): Promise<{ page: StoredPage; catchUp: Change }> {
    const told: Change[] = []
    recordings.add(told)
    try {
      const page = await fetchPage(before)
      return { page, catchUp: (list) => told.reduce((changed, apply) => apply(changed), list) }
    } finally {
      recordings.delete(told)
    }
  }

  return {
    state,
    uploads,
    isLoadingMore,
    async reload() {
      reloads += 1
      const turn = reloads
      failure.value = undefined
      try {
        const { page, catchUp } = await ask()
        if (turn !== reloads) return
        list.value = catchUp(mergeFirstPage(list.value, page))
        for (let before = page.next; before !== null && reachesBeyond(list.value, before);) {
          const { page: older, catchUp: catchUpOlder } = await ask(before)
          if (turn !== reloads) return
          list.value = catchUpOlder(mergePage(list.value, before, older))
          before = older.next
        }
      } catch (error) {
        if (turn === reloads) failure.value = { why: explain(error) }
      }
    },
    async loadMore() {
      const before = list.value?.next
      if (before == null || isLoadingMore.value) return
      isLoadingMore.value = true
      try {
        const { page, catchUp } = await ask(before)
        if (list.value !== undefined) list.value = catchUp(appendPage(list.value, before, page))
      } catch {
        // The button stays, and the connection's state says why.
      } finally {
        isLoadingMore.value = false
      }
    },
    insert(upload, isNews) {
      if (isNews) {
        fresh.add(upload.id)
        setTimeout(() => fresh.delete(upload.id), freshMs)
      }
      change((list) => insertUpload(list, upload))
    },
    remove(id) {
      batch(() => {
        change((list) => withoutUpload(list, id))
        setHidden(id, false)
      })
    },
    setHidden,
    isFresh: (id) => fresh.has(id),
  }

  function setHidden(id: string, isHidden: boolean): void {
    if (hidden.value.has(id) === isHidden) return
    const next = new Set(hidden.value)
    if (isHidden) next.add(id)
    else next.delete(id)
    hidden.value = next
  }
}
