import type { JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { CodePlace } from '../protocol.ts'
import { LogRowView } from './log-row.tsx'
import { formats, runKeys, text } from './page-text.ts'
import type { RunSession } from './run-session.ts'

/** How near to its end, in pixels, the log counts as read to the end. */
const nearPx = 32

/** What happens, as it happens. It follows its end for as long as that is what a person looks at. */
export function LogView(props: {
  readonly session: RunSession
  readonly onGoTo: (place: CodePlace) => void
}): JSX.Element {
  const { session, onGoTo } = props
  const { rows, droppedRows } = session.log.value
  const list = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)

  useLayoutEffect(() => {
    const { current } = list
    if (current !== null && isAtEnd.current) current.scrollTop = current.scrollHeight
  }, [rows])

  function noteScroll(): void {
    const { current } = list
    if (current === null) return
    isAtEnd.current = current.scrollHeight - current.scrollTop - current.clientHeight < nearPx
  }

  // Told by the status instead: every line aloud would be too much.
  return (
    <div
      ref={list}
      class="log"
      role="log"
      aria-live="off"
      aria-label={text.log}
      tabIndex={0}
      onScroll={noteScroll}
    >
      {rows.length === 0 && <EmptyLog session={session} />}
      {droppedRows > 0 && (
        <p class="log-dropped">{text.droppedRows(formats.number(droppedRows))}</p>
      )}
      {rows.length > 0 && (
        <ol class="log-rows">
          {rows.map((row) => (
            <LogRowView
              key={row.id}
              row={row}
              showsCalls={session.hasManyCalls.value}
              onGoTo={onGoTo}
            />
          ))}
        </ol>
      )}
    </div>
  )
}

function EmptyLog({ session }: { readonly session: RunSession }): JSX.Element {
  switch (session.phase.value) {
    case 'ready':
      return (
        <div class="log-empty">
          <p class="log-empty-title">{text.emptyLog}</p>
          <p>{text.emptyLogHint(runKeys)}</p>
        </div>
      )
    case 'unreachable':
      return (
        <div class="log-empty">
          <p class="log-empty-title">{text.unreachable}</p>
        </div>
      )
    case 'running':
    case 'ended':
    case 'stopped':
      return (
        <div class="log-empty">
          <p>{text.waitingForEvents}</p>
        </div>
      )
    default:
      return session.phase.value satisfies never
  }
}
