import type { UploadOption } from './conformance-host.ts'
import { formatFound, Unmet } from './unmet.ts'

/** What a host told of an upload. */
export interface UploadEvent {
  readonly type: 'success' | 'fail' | 'complete' | 'progress' | 'headers'
  /** What the callback or listener was given. */
  readonly value: unknown
}

/** The methods of an UploadTask that cases call. */
export type TaskMethod =
  | 'abort'
  | 'onProgressUpdate'
  | 'offProgressUpdate'
  | 'onHeadersReceived'
  | 'offHeadersReceived'

export const taskMethods: readonly TaskMethod[] = [
  'abort',
  'onProgressUpdate',
  'offProgressUpdate',
  'onHeadersReceived',
  'offHeadersReceived',
]

/** Waits until a condition holds; what it says is expected is told where it does not in time. */
export type WaitFor = (isMet: () => boolean, expected: string) => Promise<void>

/** An upload that was begun, and what the host tells of it. */
export class WatchedUpload {
  /** In the order in which they came. */
  readonly events: UploadEvent[] = []
  /** What `uploadFile` returned. */
  readonly returned: unknown
  readonly #waitFor: WaitFor

  /**
   * Calls `uploadFile`. Callbacks of the option run after they are recorded.
   *
   * @throws {Unmet} where the call throws
   */
  constructor(
    uploadFile: (option: UploadOption) => unknown,
    { option, waitFor }: { option: UploadOption; waitFor: WaitFor },
  ) {
    this.#waitFor = waitFor
    try {
      this.returned = uploadFile({
        ...option,
        success: this.#record('success', option['success']),
        fail: this.#record('fail', option['fail']),
        complete: this.#record('complete', option['complete']),
      })
    } catch (error) {
      throw new Unmet({ expected: 'the call to return', found: `it throws ${formatFound(error)}` })
    }
    ignoreRejection(this.returned)
  }

  /**
   * Calls a method of the task.
   *
   * @throws {Unmet} where there is none, or it throws
   */
  call(method: TaskMethod, ...args: readonly unknown[]): void {
    const found = findMethod(this.returned, method)
    try {
      found(...args)
    } catch (error) {
      throw new Unmet({
        expected: `${method}() to return`,
        found: `it throws ${formatFound(error)}`,
      })
    }
  }

  /** Records progress. */
  watchProgress(): void {
    this.call('onProgressUpdate', this.#record('progress'))
  }

  /** Records the event of the headers. */
  watchHeaders(): void {
    this.call('onHeadersReceived', this.#record('headers'))
  }

  /** What an event of this type was given, each time. */
  valuesOf(type: UploadEvent['type']): readonly unknown[] {
    return this.events.filter((event) => event.type === type).map(({ value }) => value)
  }

  has(type: UploadEvent['type']): boolean {
    return this.events.some((event) => event.type === type)
  }

  /** Waits for `success` or `fail`. Resolves with its type and what it was given. */
  async ended(): Promise<UploadEvent> {
    await this.#waitFor(
      () => this.has('success') || this.has('fail'),
      'success or fail to be called',
    )
    return this.events.find(({ type }) => type === 'success' || type === 'fail') as UploadEvent
  }

  /** Waits for `complete`. */
  async completed(): Promise<void> {
    await this.#waitFor(() => this.has('complete'), 'complete to be called')
  }

  /**
   * Waits for `success`, and resolves with its result.
   *
   * @throws {Unmet} where the upload fails
   */
  async succeeded(): Promise<Readonly<Record<string, unknown>>> {
    const { type, value } = await this.ended()
    if (type === 'success') return toRecord(value)
    throw new Unmet({ expected: 'success', found: `fail with ${formatFound(value)}` })
  }

  /**
   * Waits for `fail`, and resolves with its `errMsg`.
   *
   * @throws {Unmet} where the upload succeeds, or `errMsg` is no text that begins as it should
   */
  async failed(): Promise<string> {
    const { type, value } = await this.ended()
    if (type === 'success') {
      const { statusCode, data } = toRecord(value)
      throw new Unmet({
        expected: 'fail',
        found: `success with ${formatFound({ statusCode, data })}`,
      })
    }
    const { errMsg } = toRecord(value)
    if (typeof errMsg === 'string' && errMsg.startsWith('uploadFile:fail')) return errMsg
    throw new Unmet({
      expected: 'an errMsg that begins uploadFile:fail',
      found: formatFound(value),
    })
  }

  #record(type: UploadEvent['type'], callback?: unknown): (value: unknown) => void {
    return (value) => {
      this.events.push({ type, value })
      if (typeof callback === 'function') callback(value)
    }
  }
}

/**
 * The method of a task, bound to it.
 *
 * @throws {Unmet} where there is none
 */
export function findMethod(
  task: unknown,
  method: TaskMethod,
): (...args: readonly unknown[]) => unknown {
  const found: unknown =
    typeof task === 'object' && task !== null ? Reflect.get(task, method) : undefined
  if (typeof found !== 'function') {
    throw new Unmet({
      expected: `a task with ${method}()`,
      found: task instanceof Promise ? 'a promise without it' : `none in ${formatFound(task)}`,
    })
  }
  return (...args) => found.apply(task, args)
}

/** What a host gave a callback, to look for properties in. */
export function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/** A host may return a promise besides; whoever has callbacks does not look at it. */
function ignoreRejection(returned: unknown): void {
  if (returned instanceof Promise) returned.catch(() => undefined)
}
