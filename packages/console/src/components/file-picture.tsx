import type { ComponentChildren, JSX } from 'preact'
import { kindOfFile } from '../lib/file-kind.ts'
import { Icon } from './icons.tsx'

/** The square in which a file's picture is shown; an icon of its kind, where there is none. */
export function FilePicture(props: {
  readonly name: string
  readonly type: string
  readonly children?: ComponentChildren
}): JSX.Element {
  const kind = kindOfFile(props)
  return (
    <span class={`picture picture-${kind}`}>
      {props.children ?? <Icon name={kind} size={20} />}
    </span>
  )
}
