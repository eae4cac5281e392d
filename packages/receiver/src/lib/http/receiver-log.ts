/** Where the receiver writes what it does; a pino logger is one. */
export interface ReceiverLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Drops everything. */
export const silentLog: ReceiverLog = { info: drop, warn: drop, error: drop }

function drop(): void {}
