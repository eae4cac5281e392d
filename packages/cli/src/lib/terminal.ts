import picocolors from 'picocolors'

/** Functions that colour a text. */
export type Colors = ReturnType<typeof picocolors.createColors>

/** The part of `process.stderr` that the command writes messages to. */
export interface MessageStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
  /** Only a terminal has it; it knows NO_COLOR, FORCE_COLOR and TERM. */
  hasColors?(): boolean
}

/** Colours for a terminal that shows them, and the plain text for everything else. */
export function createColors(stream: MessageStream): Colors {
  return picocolors.createColors(stream.hasColors?.() ?? false)
}

/** Whether a line can be drawn over: on a terminal that is not a dumb one. */
export function canRedraw(stream: MessageStream): boolean {
  return stream.isTTY === true && process.env.TERM !== 'dumb'
}
