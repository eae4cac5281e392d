import type { Page } from 'playwright'

/** Drags files and folders of the disk over the page, as a person would; `drop` lets go of them. */
export interface Drag {
  drop(): Promise<void>
  leave(): Promise<void>
}

/** Begins to drag paths over the page, with the browser's own events. */
export async function drag(page: Page, paths: readonly string[]): Promise<Drag> {
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: [...paths], dragOperationsMask: 1 }
  const point = { x: 400, y: 300, data }
  await session.send('Input.dispatchDragEvent', { type: 'dragEnter', ...point })
  await session.send('Input.dispatchDragEvent', { type: 'dragOver', ...point })
  return {
    async drop() {
      await session.send('Input.dispatchDragEvent', { type: 'drop', ...point })
      await session.detach()
    },
    async leave() {
      await session.send('Input.dispatchDragEvent', { type: 'dragCancel', ...point })
      await session.detach()
    },
  }
}
