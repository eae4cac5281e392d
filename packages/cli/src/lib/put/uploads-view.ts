import { createLiveRegion } from '../live-region.ts'
import type { Progress } from '../progress-line.ts'
import { createRateMeter } from '../rate-meter.ts'
import { canRedraw, createColors, type MessageStream } from '../terminal.ts'
import { formatLiveLines } from './live-lines.ts'

const frameMs = 80

/** An upload that runs. */
export interface RunningUpload {
  update(sentBytes: number): void
  end(): void
}

/** What is counted besides the uploads that run. */
export interface Counts {
  readonly uploaded: number
  readonly failed: number
  readonly files: number | undefined
  /** Of the files that have been uploaded. */
  readonly uploadedBytes: number
}

/** Shows many uploads. */
export interface UploadsView {
  begin(name: string, totalBytes: number): RunningUpload
  /** Writes a text that ends with a line break and stays. */
  print(text: string): void
  /** Takes away what would be in the way of others who write to the same terminal; it comes back with the next change. */
  hide(): void
  end(): void
}

/** Lines that are drawn over on a terminal, below those that stay; elsewhere those that stay alone. */
export function createUploadsView(stream: MessageStream, counts: () => Counts): UploadsView {
  return canRedraw(stream) ? createLiveView(stream, counts) : createPlainView(stream)
}

/** A view of lines that stay; it shows nothing of what runs. */
export function createPlainView(stream: MessageStream): UploadsView {
  return {
    begin: () => ({ update() {}, end() {} }),
    print: (text) => void stream.write(text),
    hide() {},
    end() {},
  }
}

function createLiveView(stream: MessageStream, counts: () => Counts): UploadsView {
  const region = createLiveRegion(stream)
  const colors = createColors(stream)
  const startedAt = performance.now()
  const overallMeter = createRateMeter()
  const running = new Set<{ progress: Progress }>()
  let printed = ''
  let frame: NodeJS.Timeout | undefined
  let isEnded = false

  function draw(): void {
    frame = undefined
    const nowMs = performance.now()
    const all = [...running].map(({ progress }) => progress)
    const { uploadedBytes, ...others } = counts()
    const sentBytes = all.reduce((sum, each) => sum + each.sentBytes, uploadedBytes)
    const overall = {
      ...others,
      sentBytes,
      bytesPerSecond: overallMeter.measure(sentBytes, nowMs),
      elapsedMs: nowMs - startedAt,
    }
    const screen = { columns: stream.columns || 80, rows: stream.rows || 24, colors }
    region.draw(isEnded ? [] : formatLiveLines(all, overall, screen), printed)
    printed = ''
  }
  function change(): void {
    if (!isEnded) frame ??= setTimeout(draw, frameMs).unref()
  }
  stream.on('resize', change)
  // The clock goes on where nothing is sent.
  const seconds = setInterval(change, 1000).unref()

  return {
    begin(name, totalBytes) {
      const meter = createRateMeter()
      const progress = { name, sentBytes: 0, totalBytes, bytesPerSecond: 0, isEnded: false }
      const upload: { progress: Progress } = { progress }
      running.add(upload)
      change()
      return {
        update(sentBytes) {
          const bytesPerSecond = meter.measure(sentBytes, performance.now())
          upload.progress = { ...progress, sentBytes, bytesPerSecond }
          change()
        },
        end() {
          running.delete(upload)
          change()
        },
      }
    },
    print(text) {
      printed += text
      if (isEnded) draw()
      else change()
    },
    hide() {
      region.draw([], printed)
      printed = ''
    },
    end() {
      isEnded = true
      clearTimeout(frame)
      clearInterval(seconds)
      stream.off('resize', change)
      draw()
    },
  }
}
