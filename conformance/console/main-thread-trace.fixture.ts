import type { Page } from 'playwright'

/** What is read here of an event of a trace. */
interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  /** Time of the processor, in microseconds; not every event has one. */
  readonly tdur?: number
  readonly args: { readonly name?: string }
}

/** The tasks of the page's main thread. */
export type Trace = readonly TraceEvent[]

/** Runs something while Chromium traces what the page's main thread does. */
export async function traceMainThread(page: Page, run: () => Promise<void>): Promise<Trace> {
  const session = await page.context().newCDPSession(page)
  await session.send('Tracing.start', {
    transferMode: 'ReturnAsStream',
    traceConfig: { includedCategories: ['toplevel', 'disabled-by-default-devtools.timeline'] },
  })
  await run()
  const completed = new Promise<string>((resolve, reject) => {
    session.once('Tracing.tracingComplete', ({ stream }) => {
      if (stream === undefined) reject(new Error('the trace has no stream'))
      else resolve(stream)
    })
  })
  await session.send('Tracing.end')
  const handle = await completed
  let text = ''
  for (let isWhole = false; !isWhole;) {
    const { data, eof } = await session.send('IO.read', { handle, size: 2 ** 22 })
    text += data
    isWhole = eof
  }
  await session.detach()
  const { traceEvents } = JSON.parse(text) as { traceEvents: TraceEvent[] }
  const threads = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(threadOf),
  )
  const tasks = traceEvents.filter(
    (event) => event.ph === 'X' && event.name.endsWith('RunTask') && threads.has(threadOf(event)),
  )
  if (tasks.length === 0) throw new Error('the trace has no tasks of a main thread')
  return tasks
}

/** The longest task, in milliseconds of the processor's time. */
export function longestTaskMs(trace: Trace): number {
  return Math.max(...trace.map(({ tdur = 0 }) => tdur)) / 1000
}

function threadOf({ pid, tid }: TraceEvent): string {
  return `${pid}:${tid}`
}
