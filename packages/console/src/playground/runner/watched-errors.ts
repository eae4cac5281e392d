import type { CodePlace } from '../protocol.ts'
import { describeValue } from '../describe-value.ts'
import type { RunReport } from './run-report.ts'

/** Reports what nobody has caught, and what the page's policy has stopped. `codeUrl` is where the code is. */
export function watchErrors(report: RunReport, codeUrl: string): void {
  addEventListener('error', (event) => {
    const { filename, lineno, colno, error, message } = event
    const place =
      filename === codeUrl && lineno > 0
        ? { line: lineno, column: colno }
        : findPlace(error, codeUrl)
    // What is thrown may be anything, null included; where it is hidden, its text is told.
    const value: unknown = error ?? message
    report.event({ type: 'error', value: describeValue(value), place })
  })
  addEventListener('unhandledrejection', ({ reason }) => {
    report.event({
      type: 'error',
      value: describeValue(reason),
      place: findPlace(reason, codeUrl),
    })
  })
  document.addEventListener('securitypolicyviolation', ({ blockedURI }) => {
    report.event({ type: 'blocked', url: blockedURI })
  })
}

/** Where in the code an error was made, by its stack: no standard, but the same in all browsers as far as this reads it. */
function findPlace(error: unknown, codeUrl: string): CodePlace | undefined {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return undefined
  const start = error.stack.indexOf(`${codeUrl}:`)
  if (start < 0) return undefined
  const [, line, column] = /^:(\d+):(\d+)/.exec(error.stack.slice(start + codeUrl.length)) ?? []
  return line === undefined ? undefined : { line: Number(line), column: Number(column) }
}
