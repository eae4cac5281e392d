import type { HeadersReceived } from '@wx-upload/client'
import type * as browserEntry from '@wx-upload/client/browser'
import type { FileChooser, JSHandle, Page } from 'playwright'

/** What the client exports to a page. */
export type Client = typeof browserEntry

/** A page that can import the packages straight from where npm puts them: no build step. */
export const importMapPage = `<!doctype html>
<title>A page with an import map</title>
<script type="importmap">
  {
    "imports": {
      "@wx-upload/client": "/node_modules/@wx-upload/client/dist/browser.js",
      "@wx-upload/client/global": "/node_modules/@wx-upload/client/dist/browser-global.js",
      "@wx-upload/multipart": "/node_modules/@wx-upload/multipart/dist/web.js"
    }
  }
</script>
<button>Choose</button>
`

/** The client, imported in a page that is an {@link importMapPage}. */
export async function importClient(page: Page): Promise<JSHandle<Client>> {
  // As text: the test runner would make the import its own. The module is the client's, by the page's map.
  const client = await page.evaluateHandle("import('@wx-upload/client')")
  return client as JSHandle<Client>
}

/** Opens an {@link importMapPage} of a site. */
export async function openClientPage(page: Page, origin: string): Promise<JSHandle<Client>> {
  await page.goto(origin)
  return importClient(page)
}

/** Clicks on the button, and hands over the picker that opens. */
export async function clickForPicker(page: Page): Promise<FileChooser> {
  const opened = page.waitForEvent('filechooser')
  const [picker] = await Promise.all([opened, page.getByRole('button').click()])
  return picker
}

/** A File of the page that stands for a file of this machine, as a user would choose it. */
export async function pickFile(page: Page, file: string): Promise<JSHandle<File>> {
  const input = await page.evaluateHandle(() => {
    const input = document.createElement('input')
    input.type = 'file'
    return input
  })
  await input.setInputFiles(file)
  return page.evaluateHandle((input) => {
    const [file] = input.files ?? []
    if (file === undefined) throw new Error('no file was chosen')
    return file
  }, input)
}

/** What happened on a task. */
export interface Watched {
  /** In order, repeated ones once: `progress`, `headers`, `success`, `fail`, `complete`. */
  readonly events: readonly string[]
  /** What `complete` was given. */
  readonly result: {
    readonly errMsg: string
    readonly errno?: number
    readonly statusCode?: number
    readonly data?: string
  }
  readonly headers: HeadersReceived | undefined
}

/** An upload as a test asks for it. */
export interface WatchedUpload {
  readonly url: string
  /** A File or a Blob of the page, or a path. */
  readonly filePath: JSHandle<Blob> | string
  /** Milliseconds. Default: the client's. */
  readonly timeout?: number
  /** When to abort: in the call, in a microtask, in a task, or at the first event of that name. */
  readonly abortAt?: 'call' | 'microtask' | 'task' | 'progress' | 'headers'
}

/** Uploads in the page; resolves when the upload has ended. */
export async function watchUpload(
  client: JSHandle<Client>,
  { url, filePath, timeout = 0, abortAt }: WatchedUpload,
): Promise<Watched> {
  return client.evaluate(
    ({ wx }, { url, filePath, timeout, abortAt }) =>
      new Promise<Watched>((resolve) => {
        const events: string[] = []
        let headers: HeadersReceived | undefined
        const note = (event: string): void => {
          if (events.at(-1) !== event) events.push(event)
        }
        const task = wx.uploadFile({
          url,
          filePath,
          timeout,
          name: 'file',
          success: () => note('success'),
          fail: () => note('fail'),
          complete(result) {
            note('complete')
            // What would come now comes too late.
            setTimeout(() => resolve({ events, headers, result }))
          },
        })
        task.onProgressUpdate(() => {
          note('progress')
          if (abortAt === 'progress') task.abort()
        })
        task.onHeadersReceived((received) => {
          headers = received
          note('headers')
          if (abortAt === 'headers') task.abort()
        })
        if (abortAt === 'call') task.abort()
        if (abortAt === 'microtask') queueMicrotask(() => task.abort())
        if (abortAt === 'task') setTimeout(() => task.abort())
      }),
    { url, filePath, timeout, abortAt },
  )
}
