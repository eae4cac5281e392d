import { useSignal, useSignalEffect } from '@preact/signals'
import type { JSX } from 'preact'
import { copyText } from '../lib/copy-text.ts'
import { text } from '../lib/page-text.ts'
import type { Announcer } from '../state/announcer.ts'
import { Icon, type IconName } from './icons.tsx'

const shownMs = 2000

/** A button that copies a text and says so. */
export function CopyButton(props: {
  readonly icon: IconName
  readonly label: string
  /** What is copied, made when it is. */
  readonly content: () => string
  readonly announcer: Announcer
  /** What is written on it; without, the picture is alone. */
  readonly caption?: string
}): JSX.Element {
  const outcome = useSignal<'none' | 'copied' | 'failed'>('none')
  useSignalEffect(() => {
    if (outcome.value === 'none') return undefined
    const timer = setTimeout(() => (outcome.value = 'none'), shownMs)
    return () => clearTimeout(timer)
  })

  async function copy(): Promise<void> {
    const isCopied = await copyText(props.content())
    outcome.value = isCopied ? 'copied' : 'failed'
    props.announcer.say(isCopied ? text.copied : text.copyFailed)
  }

  const icons = { none: props.icon, copied: 'check', failed: 'warning' } as const
  const icon = icons[outcome.value]
  return (
    <button
      type="button"
      class={`${props.caption === undefined ? 'icon-button' : 'button quiet'} copy-${outcome.value}`}
      aria-label={props.label}
      title={outcome.value === 'failed' ? text.copyFailed : props.label}
      onClick={() => void copy()}
    >
      <Icon name={icon} />
      {props.caption}
    </button>
  )
}
