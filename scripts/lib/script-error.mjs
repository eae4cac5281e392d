// @ts-check

/** What stops a script, told in one sentence: what was attempted, what was found, what to do. */
export class ScriptError extends Error {
  /** @override */
  name = 'ScriptError'
}
