import type { Failure, HeadersReceived, UploadFileSuccess, UploadProgress } from './api.ts'
import {
  type Callbacks,
  type ReportError,
  isFunction,
  runCallback,
  runCallbacks,
} from './callbacks.ts'
import { toFailure, UploadError } from './errors.ts'
import { type Effect, initialState, type Outcome, type Signal, step } from './upload-state.ts'

type Listener<Event> = (event: Event) => void
type Listeners<Event> = readonly Listener<Event>[]

/** How {@link createUploadTask} hands the machinery to a task that only it can make. */
interface TaskSetup {
  readonly callbacks: Callbacks<UploadFileSuccess, Failure>
  readonly reportError: ReportError
  /** Runs in the moment the task ends, before its callbacks: stop and release everything. */
  readonly onSettled: (outcome: Outcome) => void
}

/** A task, and the only way to move it on. */
export interface UploadTaskHandle {
  readonly task: UploadTask
  readonly signal: (signal: Signal) => void
}

/** What only this module has. `task.constructor` is in anybody's reach; a task that nothing drives would never end. */
const key = Symbol()

let construct: (setup: TaskSetup) => UploadTaskHandle

/**
 * An upload in progress: reports it, and can stop it. Returned by `wx.uploadFile`.
 *
 * It has the five methods of the API page and nothing else. [U-02]
 */
export class UploadTask {
  #state = initialState
  // [U-25] Lists that never change: who comes or goes during an event counts from the next one on.
  #progressListeners: Listeners<UploadProgress> = []
  #headersListeners: Listeners<HeadersReceived> = []
  readonly #setup: TaskSetup

  static {
    construct = (setup) => {
      const task = new UploadTask(key, setup)
      return { task, signal: (signal) => task.#receive(signal) }
    }
  }

  private constructor(given: symbol, setup: TaskSetup) {
    if (given !== key || new.target !== UploadTask) throw new TypeError('Illegal constructor')
    this.#setup = setup
  }

  /**
   * Ends the upload at once, wherever it is: the connection is closed, then `fail`
   * (`uploadFile:fail abort`, errno 1) and `complete` follow. Again, or after the end, it does nothing. [U-26]
   */
  abort(): void {
    this.#receive({ type: 'failed', error: new UploadError('abort') })
  }

  /** Listens for the progress of the upload. A function added twice is called once. [U-25] */
  onProgressUpdate(listener: (event: UploadProgress) => void): void {
    this.#progressListeners = withListener(this.#progressListeners, listener)
  }

  /** Removes that listener; without an argument, all of them. [U-25] */
  offProgressUpdate(listener?: (event: UploadProgress) => void): void {
    this.#progressListeners = withoutListener(this.#progressListeners, listener)
  }

  /** Listens for the header of the response, which comes before `success`. A function added twice is called once. */
  onHeadersReceived(listener: (event: HeadersReceived) => void): void {
    this.#headersListeners = withListener(this.#headersListeners, listener)
  }

  /** Removes that listener; without an argument, all of them. [U-25] */
  offHeadersReceived(listener?: (event: HeadersReceived) => void): void {
    this.#headersListeners = withoutListener(this.#headersListeners, listener)
  }

  #receive(signal: Signal): void {
    const [next, effects] = step(this.#state, signal)
    this.#state = next
    for (const effect of effects) this.#perform(effect)
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'progress':
        return this.#emit(this.#progressListeners, () => ({ ...effect.progress }))
      case 'headersReceived':
        return this.#emit(this.#headersListeners, () => copyHeaders(effect.headers))
      case 'settle':
        return this.#settle(effect.outcome)
      default:
        return effect satisfies never
    }
  }

  #emit<Event>(listeners: Listeners<Event>, copyEvent: () => Event): void {
    for (const listener of listeners) {
      // [U-26] A listener may have aborted: then no other event comes.
      if (this.#state.phase === 'settled') return
      // A copy for each: what one of them changes, the others do not see.
      runCallback(listener, copyEvent(), this.#setup.reportError)
    }
  }

  #settle(outcome: Outcome): void {
    const { callbacks, onSettled, reportError } = this.#setup
    const { success, fail, complete } = callbacks
    onSettled(outcome)
    // [U-01] [U-26] Never inside a call of the caller's.
    queueMicrotask(() => {
      if (outcome instanceof UploadError) {
        runCallbacks([fail, complete], toFailure('uploadFile', outcome), reportError)
      } else {
        runCallbacks([success, complete], outcome, reportError)
      }
    })
  }
}

/** A new task, waiting, and the function through which everything that happens reaches it. */
export function createUploadTask(setup: TaskSetup): UploadTaskHandle {
  return construct(setup)
}

function copyHeaders({ header, statusCode, cookies }: HeadersReceived): HeadersReceived {
  return { header: { ...header }, statusCode, cookies: [...cookies] }
}

/** What is no function is ignored, and what is there already is not added twice. [U-25] */
function withListener<Event>(listeners: Listeners<Event>, listener: unknown): Listeners<Event> {
  return isFunction(listener) && !listeners.includes(listener)
    ? [...listeners, listener]
    : listeners
}

function withoutListener<Event>(listeners: Listeners<Event>, listener: unknown): Listeners<Event> {
  return listener === undefined ? [] : listeners.filter((each) => each !== listener)
}
