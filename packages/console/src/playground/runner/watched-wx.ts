import type { BrowserWx, UploadTask } from '@wx-upload/client'
import type { ApiName, CallbackName } from '../protocol.ts'
import { describeValue } from '../describe-value.ts'
import type { RunReport } from './run-report.ts'
import { createTaskWatcher } from './watched-tasks.ts'

/** Makes `wx` objects whose calls are reported. Code that uses them sees what it would see without. */
export interface WxWatcher {
  watch(wx: BrowserWx): BrowserWx
}

/** A watcher; it numbers the calls of all that it watches, from 1. */
export function createWxWatcher(report: RunReport): WxWatcher {
  const taskWatcher = createTaskWatcher(report)
  let calls = 0

  function begin(api: ApiName, option: unknown): number {
    calls += 1
    report.begin()
    report.event({ type: 'call', call: calls, api, value: describeValue(option) })
    return calls
  }

  function tell(
    call: number,
    callback: { readonly name: CallbackName; readonly value: unknown; readonly isHeard: boolean },
  ): void {
    const { name, value, isHeard } = callback
    report.event({ type: 'callback', call, name, value: describeValue(value), isHeard })
  }

  /** The same option with callbacks that are followed; what else is read through it is read from the option. [U-05] */
  function follow(option: object, callbacks: Callbacks, call: number): object {
    const followed = new Map<unknown, Callback>(
      callbackNames.map((name) => {
        const callback = callbacks[name]
        return [
          name,
          (value) => {
            tell(call, { name, value, isHeard: callback !== undefined })
            try {
              callback?.(value)
            } finally {
              if (name === 'complete') report.end()
            }
          },
        ]
      }),
    )
    // Not around the option itself: of what is frozen, a proxy may say nothing new.
    return new Proxy({}, { get: (_, key) => followed.get(key) ?? Reflect.get(option, key) })
  }

  return {
    watch(wx) {
      function uploadFile(given: unknown): UploadTask {
        const call = begin('uploadFile', given)
        const option = isObject(given) ? given : {}
        const followed = follow(option, readCallbacks(option), call)
        // The client takes any argument. [U-01]
        const task = wx.uploadFile(followed as Parameters<BrowserWx['uploadFile']>[0])
        taskWatcher.watch(task, call)
        return task
      }

      function chooseImage(given?: unknown): Promise<unknown> | undefined {
        const call = begin('chooseImage', given)
        const option = isObject(given) ? given : {}
        const callbacks = readCallbacks(option)
        if (Object.keys(callbacks).length === 0) return followPromise(wx.chooseImage(option), call)
        // With callbacks it gives no promise.
        void wx.chooseImage(follow(option, callbacks, call))
        return undefined
      }

      // What the functions take and give is what the client's own do.
      return { ...wx, uploadFile, chooseImage } as BrowserWx
    },
  }

  /** The code gets the last of the promises: what it does not catch is uncaught. */
  async function followPromise(promise: Promise<unknown>, call: number): Promise<unknown> {
    try {
      const result = await promise
      tell(call, { name: 'resolved', value: result, isHeard: true })
      return result
    } catch (error) {
      tell(call, { name: 'rejected', value: error, isHeard: true })
      throw error
    } finally {
      report.end()
    }
  }
}

const callbackNames = ['success', 'fail', 'complete'] as const

type Callback = (value: unknown) => unknown
type Callbacks = { readonly [Name in (typeof callbackNames)[number]]?: Callback }

/** The callbacks of an option that are functions, each read once. */
function readCallbacks(option: object): Callbacks {
  const entries = callbackNames.flatMap((name) => {
    try {
      const value: unknown = Reflect.get(option, name)
      return isCallback(value) ? [[name, value]] : []
    } catch {
      // A getter that throws gives no callback. [U-01]
      return []
    }
  })
  return Object.fromEntries(entries)
}

function isCallback(value: unknown): value is Callback {
  return typeof value === 'function'
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
