import type { JSX } from 'preact'
import { formats } from '../lib/page-text.ts'

/** A bar that fills; undefined where nobody knows how much there will be. */
export function ProgressBar(props: {
  readonly label: string
  /** 0 to 1. */
  readonly fraction: number | undefined
  readonly tone?: 'sending' | 'incoming'
}): JSX.Element {
  const { fraction } = props
  return (
    <div
      class={`bar bar-${props.tone ?? 'sending'} ${fraction === undefined ? 'bar-unknown' : ''}`}
      role="progressbar"
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={fraction === undefined ? undefined : Math.floor(fraction * 100)}
      aria-valuetext={fraction === undefined ? undefined : formats.percent(fraction)}
    >
      <div class="bar-fill" style={{ transform: `translateX(${((fraction ?? 1) - 1) * 100}%)` }} />
    </div>
  )
}
