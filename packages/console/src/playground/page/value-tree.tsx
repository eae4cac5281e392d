import { useSignal } from '@preact/signals'
import type { ComponentChildren, JSX } from 'preact'
import { describeValue } from '../describe-value.ts'
import type { Described } from '../described.ts'
import { formatInline, hasParts, morePartsOf, partsOf, readJson } from '../log/format-described.ts'
import { formats, text } from './page-text.ts'

/** A value in one line; what has an inside can be opened, with its parts in turn. */
export function ValueTree(props: {
  readonly value: Described
  readonly name?: string
}): JSX.Element {
  const { value, name } = props
  const line = (
    <>
      {name !== undefined && <span class="value-key">{name}: </span>}
      <span class={`value value-${value.kind}`}>{formatInline(value)}</span>
    </>
  )
  const inside = insideOf(value)
  if (inside === undefined) return <div class="value-line">{line}</div>
  return <Fold line={line} inside={inside} />
}

/** What can be opened; its inside is made when it is. */
function Fold(props: {
  readonly line: ComponentChildren
  readonly inside: () => JSX.Element
}): JSX.Element {
  const isOpen = useSignal(false)
  return (
    <details class="value-fold" onToggle={(event) => (isOpen.value = event.currentTarget.open)}>
      <summary class="value-line">{props.line}</summary>
      {isOpen.value && <div class="value-inside">{props.inside()}</div>}
    </details>
  )
}

function insideOf(value: Described): (() => JSX.Element) | undefined {
  if (value.kind === 'string') return insideOfString(value.text)
  const more = morePartsOf(value)
  const stack = value.kind === 'error' ? value.stack : ''
  if (!hasParts(value) && stack === '') return undefined
  return () => (
    <>
      {stack !== '' && <pre class="value-text">{stack}</pre>}
      {partsOf(value).map(([key, part]) => (
        <ValueTree key={key} name={key} value={part} />
      ))}
      {more > 0 && <p class="value-note">{text.more(formats.number(more))}</p>}
    </>
  )
}

/** Servers mostly answer with JSON, which `data` has as a text. */
function insideOfString(content: string): (() => JSX.Element) | undefined {
  const json = readJson(content)
  if (json !== undefined) {
    return () => (
      <>
        <p class="value-note">{text.asJson}</p>
        {partsOf(describeValue(json)).map(([key, part]) => (
          <ValueTree key={key} name={key} value={part} />
        ))}
      </>
    )
  }
  const isWhole = content.length <= 80 && !content.includes('\n')
  return isWhole ? undefined : () => <pre class="value-text">{content}</pre>
}
