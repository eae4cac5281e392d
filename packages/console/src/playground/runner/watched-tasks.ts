import type { UploadTask } from '@wx-upload/client'
import { describeValue } from '../describe-value.ts'
import type { Happening, RunReport } from './run-report.ts'

/** Follows what tasks do. */
export interface TaskWatcher {
  watch(task: UploadTask, call: number): void
}

type Listener = (event: never) => void

/** The methods of tasks, as they are on the prototype. */
interface TaskMethods {
  readonly abort: (this: object) => void
  readonly onProgressUpdate: (this: object, listener: Listener) => void
  readonly offProgressUpdate: (this: object, listener?: Listener) => void
  readonly onHeadersReceived: (this: object, listener: Listener) => void
  readonly offHeadersReceived: (this: object, listener?: Listener) => void
}

/** What is known of a task that is watched. */
interface WatchedTask {
  readonly call: number
  readonly progress: Hearing
  readonly headers: Hearing
}

/** One event of a task: who hears it. */
interface Hearing {
  /** The code's listeners. */
  readonly listeners: Set<unknown>
  /** The one that reports, before any of them. */
  readonly reporter: (event: object) => void
}

/**
 * A watcher of tasks.
 *
 * The code keeps the task itself: its methods are watched on their prototype, so that it has no property that it would not
 * have otherwise, and the code's listeners reach it as they are.
 */
export function createTaskWatcher(report: RunReport): TaskWatcher {
  const tasks = new WeakMap<object, WatchedTask>()
  let original: TaskMethods | undefined

  function createHearing(toHappening: (event: object, isHeard: boolean) => Happening): Hearing {
    const listeners = new Set<unknown>()
    return {
      listeners,
      reporter: (event) => report.event(toHappening(event, listeners.size > 0)),
    }
  }

  return {
    watch(task, call) {
      original ??= watchMethods(Object.getPrototypeOf(task), tasks, report)
      const progress = createHearing((event, isHeard) => ({
        type: 'progress',
        call,
        percent: 'progress' in event ? Number(event.progress) : 0,
        value: describeValue(event),
        isHeard,
      }))
      const headers = createHearing((event, isHeard) => ({
        type: 'headers',
        call,
        value: describeValue(event),
        isHeard,
      }))
      tasks.set(task, { call, progress, headers })
      original.onProgressUpdate.call(task, progress.reporter)
      original.onHeadersReceived.call(task, headers.reporter)
    },
  }
}

/** Puts the watched methods in the place of the original ones, which it returns. */
function watchMethods(
  prototype: TaskMethods,
  tasks: WeakMap<object, WatchedTask>,
  report: RunReport,
): TaskMethods {
  const { abort, onProgressUpdate, offProgressUpdate, onHeadersReceived, offHeadersReceived } =
    prototype
  const watched: TaskMethods = {
    abort() {
      const task = tasks.get(this)
      if (task) report.event({ type: 'abort', call: task.call })
      abort.call(this)
    },
    onProgressUpdate(listener) {
      add(tasks.get(this)?.progress, listener)
      onProgressUpdate.call(this, listener)
    },
    offProgressUpdate(listener) {
      offProgressUpdate.call(this, listener)
      const reporter = remove(tasks.get(this)?.progress, listener)
      if (reporter) onProgressUpdate.call(this, reporter)
    },
    onHeadersReceived(listener) {
      add(tasks.get(this)?.headers, listener)
      onHeadersReceived.call(this, listener)
    },
    offHeadersReceived(listener) {
      offHeadersReceived.call(this, listener)
      const reporter = remove(tasks.get(this)?.headers, listener)
      if (reporter) onHeadersReceived.call(this, reporter)
    },
  }
  // As the methods of a class are: not enumerable. [U-02]
  for (const [name, value] of Object.entries(watched)) {
    Object.defineProperty(prototype, name, { value, enumerable: false })
  }
  return { abort, onProgressUpdate, offProgressUpdate, onHeadersReceived, offHeadersReceived }
}

function add(hearing: Hearing | undefined, listener: unknown): void {
  if (typeof listener === 'function') hearing?.listeners.add(listener)
}

/** What has been removed with all the others, and has to come back. */
function remove(hearing: Hearing | undefined, listener: unknown): Hearing['reporter'] | undefined {
  if (listener !== undefined) {
    hearing?.listeners.delete(listener)
    return undefined
  }
  hearing?.listeners.clear()
  return hearing?.reporter
}
