import type { JSX } from 'preact'
import type { FileKind } from '../lib/file-kind.ts'

/** The name of a picture. */
export type IconName =
  | FileKind
  | 'upload'
  | 'close'
  | 'check'
  | 'again'
  | 'trash'
  | 'link'
  | 'copy'
  | 'chevron'
  | 'external'
  | 'warning'
  | 'unplugged'

/** Lines on a field of 24 by 24. */
const paths: Readonly<Record<IconName, string>> = {
  upload: 'M12 16V4.5M7 9.5l5-5 5 5M4.5 15.5v2a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2v-2',
  close: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  again: 'M19.5 12a7.5 7.5 0 1 1-2.4-5.5M19.5 4v4h-4',
  trash: 'M4.5 6.5h15M9.5 6.5v-2h5v2M6.5 6.5l.8 13h9.4l.8-13M10.2 10.5v5.5M13.8 10.5v5.5',
  link: 'M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-.8.8M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l.8-.8',
  code: 'M8.5 7.5l-4.5 4.5 4.5 4.5M15.5 7.5l4.5 4.5-4.5 4.5',
  copy: 'M9 9h10.5v10.5H9zM15 9V4.5H4.5V15H9',
  chevron: 'M7 10l5 5 5-5',
  external: 'M13.5 5h5.5v5.5M19 5l-8 8M16.5 14v4.5h-11v-11H10',
  warning: 'M12 4.5l8.5 15h-17zM12 10.5v4M12 17.2v.1',
  unplugged:
    'M4 20l3.5-3.5M9 12l-2.5 2.5a2.8 2.8 0 0 0 4 4L13 16M12 9l2.5-2.5a2.8 2.8 0 0 1 4 4L16 13M16.5 7.5L20 4M10 14.5l1.5-1.5',
  image: 'M4.5 5.5h15v13h-15zM4.5 16l4.5-4.5 3.5 3.5 2.5-2.5 4.5 4M14.5 9.2v.1',
  video: 'M4.5 6.5h10v11h-10zM14.5 10.5l5-3v9l-5-3',
  audio:
    'M9 17.5V6l9.5-1.5V16M9 17.5a2.25 2.25 0 1 1-4.5 0 2.25 2.25 0 0 1 4.5 0zM18.5 16A2.25 2.25 0 1 1 14 16a2.25 2.25 0 0 1 4.5 0z',
  document: 'M6.5 4h7l4 4v12h-11zM13.5 4v4h4M9.5 12h5M9.5 15.5h5',
  table: 'M4.5 5.5h15v13h-15zM4.5 10h15M4.5 14.25h15M10 5.5v13',
  archive: 'M5 8.5h14v11H5zM4 4.5h16v4H4zM10 12h4',
  other: 'M6.5 4h7l4 4v12h-11zM13.5 4v4h4',
}

/** A picture that says nothing to assistive technology: a text beside it does. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }): JSX.Element {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  )
}
