import { isSettled, sentFraction, type UploadPhase } from './upload-phase.ts'

/** An upload as the summary counts it. */
export interface CountedUpload {
  readonly sizeBytes: number
  readonly phase: UploadPhase
}

/** How far a batch of uploads has come. What a person has aborted is not counted. */
export interface BatchSummary {
  readonly files: number
  readonly doneFiles: number
  readonly failedFiles: number
  /** Files that are not settled yet. */
  readonly openFiles: number
  readonly totalBytes: number
  /** Bytes that need not be sent any more: sent, or given up with their file. */
  readonly settledBytes: number
  /** 0 to 1. */
  readonly fraction: number
}

/** Counts a batch. */
export function summarizeBatch(uploads: Iterable<CountedUpload>): BatchSummary {
  let files = 0
  let doneFiles = 0
  let failedFiles = 0
  let totalBytes = 0
  let settledBytes = 0
  for (const { sizeBytes, phase } of uploads) {
    if (phase.kind === 'aborted') continue
    files += 1
    totalBytes += sizeBytes
    if (phase.kind === 'done') doneFiles += 1
    if (phase.kind === 'failed') failedFiles += 1
    settledBytes += isSettled(phase) ? sizeBytes : sizeBytes * sentFraction(phase)
  }
  const openFiles = files - doneFiles - failedFiles
  const fraction = totalBytes > 0 ? settledBytes / totalBytes : share(files - openFiles, files)
  return { files, doneFiles, failedFiles, openFiles, totalBytes, settledBytes, fraction }
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}
