import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'

/**
 * Keeps the focus in a list whose rows move and go, which would otherwise take it with them: to the row's own first
 * button, where the row is still there; else to what `fallback` finds.
 *
 * Rows carry `data-row`; has to be used by the component that moves them.
 */
export function useKeptFocus(
  container: RefObject<HTMLElement | null>,
  fallback: (list: HTMLElement, place: number) => HTMLElement | null,
): void {
  const last = useRef<FocusedRow | undefined>(undefined)

  useEffect(() => {
    const list = container.current
    if (list === null) return undefined
    // Who points with a mouse does not look for the focus, and would be scrolled to it.
    const note = ({ target }: FocusEvent): void => {
      const row =
        target instanceof Element && target.matches(':focus-visible')
          ? target.closest<HTMLElement>('[data-row]')
          : null
      last.current = row === null ? undefined : describeRow(list, row)
    }
    // Focus that goes with its element is kept, focus that a person takes away is not.
    const forget = ({ target }: FocusEvent): void =>
      queueMicrotask(() => {
        if (target instanceof Element && target.isConnected) last.current = undefined
      })
    list.addEventListener('focusin', note)
    list.addEventListener('focusout', forget)
    return () => {
      list.removeEventListener('focusin', note)
      list.removeEventListener('focusout', forget)
    }
  }, [])

  useLayoutEffect(() => {
    const list = container.current
    if (list === null || last.current === undefined) return
    if (document.activeElement !== document.body && document.activeElement !== null) return
    const { row, place } = last.current
    const same = rows(list).find(({ dataset }) => dataset['row'] === row)
    const target = same?.querySelector<HTMLElement>('button') ?? fallback(list, place)
    target?.focus()
  })
}

interface FocusedRow {
  readonly row: string | undefined
  /** Which of the rows it was, from 0. */
  readonly place: number
}

function describeRow(list: HTMLElement, row: HTMLElement): FocusedRow {
  return { row: row.dataset['row'], place: rows(list).indexOf(row) }
}

function rows(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>('[data-row]')]
}
