import type { Locator, Page } from 'playwright'
import { expect } from 'vitest'
import { type OpenedConsole, type OpenOptions, useConsole, patient } from './console.fixture.ts'

/** A playground, and what a person does in it. */
export interface Playground extends OpenedConsole {
  readonly editor: Locator
  readonly status: Locator
  readonly rows: Locator
  /** The text of the editor. */
  code(): Promise<string>
  /** Types other code over what is there. */
  type(code: string): Promise<void>
  run(): Promise<void>
  /** Waits until a run has ended. */
  ended(): Promise<void>
  /** The names of what the log tells, from the first to the last. */
  names(): Promise<string[]>
  /** What was written to the console. */
  lines(): Promise<string[]>
}

/** As {@link useConsole}, for the playground. */
export function usePlayground(): (options?: OpenOptions) => Promise<Playground> {
  const openConsole = useConsole()
  return async (options) => {
    const opened = await openConsole(options)
    await opened.page.goto(`${opened.url}/playground`)
    return await drivePlayground(opened)
  }
}

async function drivePlayground(opened: OpenedConsole): Promise<Playground> {
  const { page } = opened
  const editor = page.locator('.cm-content')
  const status = page.locator('.run-status')
  const rows = page.locator('.log-row')
  await editor.waitFor()

  return {
    ...opened,
    editor,
    status,
    rows,
    code: async () => (await editor.locator('.cm-line').allTextContents()).join('\n'),
    async type(code) {
      await editor.focus()
      await page.keyboard.press('ControlOrMeta+a')
      await page.keyboard.insertText(code)
    },
    run: () => runButton(page).click(),
    async ended() {
      await expect.poll(() => status.textContent(), patient).toMatch(/^(Ended|已结束)/)
    },
    names: () => rows.locator('.log-name').allTextContents(),
    lines: () => rows.filter({ hasText: 'console.' }).locator('.log-content').allTextContents(),
  }
}

/** The button that runs the code, in either language. */
export function runButton(page: Page): Locator {
  return page.getByRole('button', { name: /^(Run|运行)$/ })
}
