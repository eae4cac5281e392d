import { Component, type ComponentChildren, type JSX } from 'preact'
import { formatConsoleLine, hasParts } from '../log/format-described.ts'
import type { LogRow } from '../log/run-log.ts'
import type { CodePlace, RunEvent } from '../protocol.ts'
import { formatMs, formats, text } from './page-text.ts'
import { ValueTree } from './value-tree.tsx'

export interface LogRowProps {
  readonly row: LogRow
  /** Whether calls are told apart by their numbers. */
  readonly showsCalls: boolean
  readonly onGoTo: (place: CodePlace) => void
}

/** A line of the log. A thousand of them are there at once, so one that has not changed is left alone. */
export class LogRowView extends Component<LogRowProps> {
  override shouldComponentUpdate(next: LogRowProps): boolean {
    return next.row !== this.props.row || next.showsCalls !== this.props.showsCalls
  }

  override render(): JSX.Element {
    const { row, showsCalls } = this.props
    const { event } = row
    const isUnheard = 'isHeard' in event && !event.isHeard
    return (
      <li class={`log-row log-${toneOf(event)} ${isUnheard ? 'log-unheard' : ''}`}>
        <span class="log-time">{formatMs(row.firstAtMs)}</span>
        <div class="log-body">
          <div class="log-head">
            <span class="log-name">{nameOf(event)}</span>
            {showsCalls && 'call' in event && (
              <span class="log-call">
                <span class="visually-hidden">{text.call(event.call)}</span>
                <span aria-hidden="true">#{event.call}</span>
              </span>
            )}
            {isUnheard && (
              <span class="log-note" title={text.unheardHint}>
                {event.type === 'callback' ? text.noCallback : text.noListener}
              </span>
            )}
            {this.#renderAside(event)}
          </div>
          <div class="log-content">
            <Content row={row} />
          </div>
        </div>
      </li>
    )
  }

  #renderAside(event: RunEvent): ComponentChildren {
    if (event.type !== 'error' || event.place === undefined) return null
    const { place } = event
    return (
      <button type="button" class="log-place" onClick={() => this.props.onGoTo(place)}>
        {text.line(place.line)}
      </button>
    )
  }
}

function Content({ row }: { readonly row: LogRow }): JSX.Element | null {
  const { event } = row
  switch (event.type) {
    case 'call':
    case 'callback':
    case 'headers':
    case 'error':
      return <ValueTree value={event.value} />
    case 'progress':
      return <Progress row={row} event={event} />
    case 'console':
      return <ConsoleLine event={event} />
    case 'blocked':
      return <p>{text.blockedHint(event.url)}</p>
    case 'abort':
      return null
    default:
      return event satisfies never
  }
}

function Progress(props: {
  readonly row: LogRow
  readonly event: RunEvent & { type: 'progress' }
}): JSX.Element {
  const { row, event } = props
  const percent = formats.percent(event.percent / 100)
  const span = row.count > 1 ? `${formatMs(row.firstAtMs)} – ${formatMs(event.atMs)}` : ''
  return (
    <>
      <div class="log-progress">
        <progress max={100} value={event.percent} aria-label={nameOf(event)} />
        <span class="log-percent">{percent}</span>
        <span class="log-span">{[text.events(row.count), span].filter(Boolean).join(', ')}</span>
      </div>
      <ValueTree value={event.value} />
    </>
  )
}

/** Texts and numbers as a line; what can be opened, each below it. */
function ConsoleLine({ event }: { readonly event: RunEvent & { type: 'console' } }): JSX.Element {
  const { values } = event
  if (!values.some(hasParts)) return <p class="log-text">{formatConsoleLine(values)}</p>
  const [first, ...rest] = values
  const title = first?.kind === 'string' ? first.text : undefined
  return (
    <>
      {title !== undefined && <p class="log-text">{title}</p>}
      {(title === undefined ? values : rest).map((value, index) => (
        <ValueTree key={index} value={value} />
      ))}
    </>
  )
}

/** The name of what happened, as it is written in code. */
function nameOf(event: RunEvent): string {
  switch (event.type) {
    case 'call':
      return `wx.${event.api}`
    case 'callback':
      return event.name
    case 'headers':
      return 'onHeadersReceived'
    case 'progress':
      return 'onProgressUpdate'
    case 'console':
      return `console.${event.level}`
    case 'abort':
      return 'abort()'
    case 'error':
      return text.uncaught
    case 'blocked':
      return text.blocked
    default:
      return event satisfies never
  }
}

/** What kind of thing it is to the eye. */
function toneOf(event: RunEvent): string {
  switch (event.type) {
    case 'call':
    case 'abort':
      return 'action'
    case 'callback':
      return event.name === 'complete' ? 'complete' : toneOfOutcome(event.name)
    case 'headers':
    case 'progress':
      return 'event'
    case 'console':
      return `console log-console-${event.level}`
    case 'error':
    case 'blocked':
      return 'error'
    default:
      return event satisfies never
  }
}

function toneOfOutcome(name: 'success' | 'fail' | 'resolved' | 'rejected'): string {
  return name === 'success' || name === 'resolved' ? 'success' : 'fail'
}
