import type { ConsoleLevel } from '../protocol.ts'
import { describeValue } from '../describe-value.ts'
import type { RunReport } from './run-report.ts'

const levels: readonly ConsoleLevel[] = ['debug', 'log', 'info', 'warn', 'error']

/** Reports what is written to the console, which still gets it. */
export function watchConsole(report: RunReport): void {
  for (const level of levels) {
    const write = console[level].bind(console)
    console[level] = (...values: unknown[]) => {
      report.event({ type: 'console', level, values: values.map(describeValue) })
      write(...values)
    }
  }
}
