import type { JSX, VNode } from 'preact'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { text } from '../lib/page-text.ts'
import type { StoredUpload } from '../lib/stored-upload.ts'
import type { Connection, ConsoleState } from '../state/console-state.ts'
import type { Stored } from '../state/stored.ts'
import { Icon } from './icons.tsx'
import { useKeptFocus } from './kept-focus.ts'
import { StoredRow } from './stored-row.tsx'

/** What is on the server. */
export function StoredPanel({ state }: { readonly state: ConsoleState }): JSX.Element {
  const { stored } = state
  const kind = stored.state.value
  return (
    <section class="panel stored-panel" aria-labelledby="stored-title">
      <header class="panel-head">
        <div class="panel-head-row">
          <h2 id="stored-title" tabIndex={-1}>
            {text.onServer}
          </h2>
          <LiveMark connection={state.connection.value} />
        </div>
      </header>
      {kind.kind === 'loading' && <Skeleton />}
      {kind.kind === 'failed' && (
        <div class="panel-message" role="alert">
          <Icon name="unplugged" size={28} />
          <p class="panel-message-title">{text.listFailed}</p>
          <p class="faint">{kind.why ?? text.reasons.unreachable}</p>
          <button type="button" class="button" onClick={() => void stored.reload()}>
            {text.retry}
          </button>
        </div>
      )}
      {kind.kind === 'ready' && <StoredRows state={state} hasMore={kind.hasMore} />}
    </section>
  )
}

function StoredRows(props: {
  readonly state: ConsoleState
  readonly hasMore: boolean
}): JSX.Element {
  const { state, hasMore } = props
  const list = useRef<HTMLUListElement>(null)
  // A row that has not changed is the same element, which Preact passes over: thousands may be here.
  const rows = useMemo(() => new WeakMap<StoredUpload, VNode>(), [state])
  const uploads = state.stored.uploads.value
  useKeptFocus(list, (container, place) => {
    const left = container.querySelectorAll<HTMLElement>('[data-row]')
    const next = left[Math.min(place, left.length - 1)]
    return next?.querySelector('.remove') ?? document.querySelector('#stored-title')
  })

  function rowOf(upload: StoredUpload): VNode {
    const row = rows.get(upload) ?? <StoredRow key={upload.id} upload={upload} state={state} />
    rows.set(upload, row)
    return row
  }

  return (
    <>
      <ul ref={list} class="stored-list">
        {uploads.map(rowOf)}
      </ul>
      {uploads.length === 0 && !hasMore && (
        <div class="panel-message">
          <p class="panel-message-title">{text.noUploads}</p>
          <p class="faint">{text.noUploadsHint}</p>
        </div>
      )}
      {hasMore && <LoadMore stored={state.stored} />}
    </>
  )
}

/** Loads the next page when it is nearly reached; a button where that does not happen. */
function LoadMore({ stored }: { readonly stored: Stored }): JSX.Element {
  const button = useRef<HTMLButtonElement>(null)
  const isLoading = stored.isLoadingMore.value
  const length = stored.uploads.value.length
  useEffect(() => {
    const target = button.current
    if (target === null) return undefined
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true) void stored.loadMore()
      },
      { rootMargin: '600px' },
    )
    observer.observe(target)
    return () => observer.disconnect()
    // Observed anew after each page: it may still be in view.
  }, [length])
  return (
    <button
      ref={button}
      type="button"
      class="button quiet more"
      aria-disabled={isLoading}
      onClick={() => void stored.loadMore()}
    >
      {isLoading ? text.loadingMore : text.loadMore}
    </button>
  )
}

function LiveMark({ connection }: { readonly connection: Connection }): JSX.Element | null {
  if (connection === 'connecting') return null
  const isLive = connection !== 'lost'
  return (
    <span class={`live-mark ${isLive ? 'is-live' : ''}`}>{isLive ? text.live : text.notLive}</span>
  )
}

const skeletonRows = 6

function Skeleton(): JSX.Element {
  return (
    <div class="skeleton" role="status">
      <span class="visually-hidden">{text.loading}</span>
      {Array.from({ length: skeletonRows }, (_row, index) => (
        <div key={index} class="stored-file skeleton-row" aria-hidden="true">
          <span class="picture" />
          <div class="stored-body">
            <span class="skeleton-text" />
            <span class="skeleton-text skeleton-short" />
          </div>
        </div>
      ))}
    </div>
  )
}
