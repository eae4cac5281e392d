/** Hands an error to the platform's own last resort; must not throw. */
export type ReportError = (error: unknown) => void

/** The three callbacks of an API call; what is no function counts as not given. [U-03] */
export interface Callbacks<Success, Fail> {
  readonly success: ((result: Success) => void) | undefined
  readonly fail: ((result: Fail) => void) | undefined
  readonly complete: ((result: Success | Fail) => void) | undefined
}

/** Runs a callback of the caller's; what it throws reaches the last resort and stops nobody. [U-04] */
export function runCallback<T>(
  callback: ((value: T) => unknown) | undefined,
  value: T,
  reportError: ReportError,
): void {
  try {
    callback?.(value)
  } catch (error) {
    reportError(error)
  }
}

/** What a function of the caller's takes cannot be seen at run time. */
export function isFunction(value: unknown): value is () => void {
  return typeof value === 'function'
}

/** Runs the callback of an outcome, and then `complete` with the same object. [U-03] */
export function runCallbacks<T>(
  callbacks: readonly (((result: T) => void) | undefined)[],
  result: T,
  reportError: ReportError,
): void {
  for (const callback of callbacks) runCallback(callback, result, reportError)
}
