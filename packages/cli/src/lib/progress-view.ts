import { createLogUpdate } from 'log-update'
import { formatBytes, formatProgressLine, wholeShare, type Progress } from './progress-line.ts'
import { createRateMeter } from './rate-meter.ts'
import { canRedraw, createColors, type MessageStream } from './terminal.ts'

const defaultColumns = 80
const percentPerLine = 25

/** Shows how far one upload is. */
export interface ProgressView {
  update(sentBytes: number, totalBytes: number): void
  /** Leaves what is shown as it is, so that other text can follow. */
  end(): void
}

/** A view of one upload: a bar that is redrawn on a terminal, a line for each quarter elsewhere. */
export function createProgressView(stream: MessageStream, name: string): ProgressView {
  return canRedraw(stream) ? createBarView(stream, name) : createLinesView(stream, name)
}

/** A view that shows nothing. */
export function createSilentView(): ProgressView {
  return { update() {}, end() {} }
}

function createBarView(stream: MessageStream, name: string): ProgressView {
  const redraw = createLogUpdate(stream)
  const colors = createColors(stream)
  const meter = createRateMeter()
  let shown: Progress | undefined
  function show(progress: Progress): void {
    shown = progress
    redraw(formatProgressLine(progress, { columns: stream.columns ?? defaultColumns, colors }))
  }
  return {
    update(sentBytes, totalBytes) {
      const bytesPerSecond = meter.measure(sentBytes, performance.now())
      show({ name, sentBytes, totalBytes, bytesPerSecond, isEnded: false })
    },
    end() {
      if (shown) show({ ...shown, isEnded: true })
      redraw.done()
    },
  }
}

function createLinesView(stream: MessageStream, name: string): ProgressView {
  let shownLine = 0
  return {
    update(sentBytes, totalBytes) {
      const percent = wholeShare({ sentBytes, totalBytes }, 100)
      const line = Math.floor(percent / percentPerLine)
      if (line > shownLine) {
        stream.write(
          `${name}: ${percent}% (${formatBytes(sentBytes)} of ${formatBytes(totalBytes)})\n`,
        )
      }
      shownLine = line
    },
    end() {},
  }
}
