import { batch, computed, type ReadonlySignal, signal } from '@preact/signals'
import {
  appendPage,
  insertUpload,
  mergeFirstPage,
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
  /** Asks for the beginning of the list; what is known stays until the answer comes. */
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
  /** What the server told while a first page was on its way, which may be older. */
  let journal: Change[] = []
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
    journal.push(apply)
    if (list.value !== undefined) list.value = apply(list.value)
  }

  return {
    state,
    uploads,
    isLoadingMore,
    async reload() {
      reloads += 1
      const turn = reloads
      journal = []
      failure.value = undefined
      try {
        const page = await fetchPage()
        if (turn !== reloads) return
        let merged = mergeFirstPage(list.value, page)
        for (const apply of journal) merged = apply(merged)
        list.value = merged
      } catch (error) {
        if (turn === reloads) failure.value = { why: explain(error) }
      }
    },
    async loadMore() {
      const before = list.value?.next
      if (before == null || isLoadingMore.value) return
      isLoadingMore.value = true
      try {
        const page = await fetchPage(before)
        if (list.value !== undefined) list.value = appendPage(list.value, before, page)
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
