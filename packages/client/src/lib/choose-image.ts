import type { ChooseImageOption, ChooseImageSuccess } from './api.ts'
import { type ReportError, runCallbacks } from './callbacks.ts'
import { toFailure, UploadError } from './errors.ts'
import { isRecord, readCallbacks } from './options.ts'

/** What the user is asked for: the options of `wx.chooseImage`, filled in. */
export interface ImageRequest {
  readonly count: number
  readonly sizeType: readonly ('original' | 'compressed')[]
  readonly sourceType: readonly ('album' | 'camera')[]
}

/** An image that was chosen, under its temporary path. */
export interface ChosenImage {
  readonly path: string
  /** Bytes. */
  readonly size: number
}

/** Asks the user for images; none: the user has cancelled. */
export type ImagePicker = (request: ImageRequest) => Promise<readonly ChosenImage[]>

/** Without a callback, what `success` or `fail` would receive comes as a promise, as on a phone. */
export type ChooseImage = <T extends ChooseImageOption = Record<never, never>>(
  option?: T,
) => T extends { success: unknown } | { fail: unknown } | { complete: unknown }
  ? void
  : Promise<ChooseImageSuccess>

const defaultCount = 9

/** Makes `wx.chooseImage` from a platform's picker. [U-27] */
export function createChooseImage(
  pick: ImagePicker | undefined,
  reportError: ReportError,
): ChooseImage {
  function chooseImage(option?: unknown): Promise<ChooseImageSuccess> | undefined {
    const given = isRecord(option) ? option : {}
    const { success, fail, complete } = readCallbacks<ChooseImageSuccess>(given)
    const chosen = choose(given, pick)
    if (!success && !fail && !complete) return chosen
    void chosen.then(
      (result) => runCallbacks([success, complete], result, reportError),
      (error: UploadError) =>
        runCallbacks([fail, complete], toFailure('chooseImage', error), reportError),
    )
    return undefined
  }
  // The option decides which it is: a promise, or callbacks.
  return chooseImage as ChooseImage
}

/** @throws {UploadError} alone */
async function choose(
  given: Readonly<Record<string, unknown>>,
  pick: ImagePicker | undefined,
): Promise<ChooseImageSuccess> {
  try {
    if (pick === undefined) throw new UploadError('not-supported')
    const images = await pick(readRequest(given))
    if (images.length === 0) throw new UploadError('cancel')
    return {
      tempFilePaths: images.map((image) => image.path),
      tempFiles: images.map(({ path, size }) => ({ path, size })),
      errMsg: 'chooseImage:ok',
    }
  } catch (cause) {
    const error =
      cause instanceof UploadError ? cause : new UploadError('file-unreadable', { cause })
    toFailure('chooseImage', error)
    throw error
  }
}

function readRequest(given: Readonly<Record<string, unknown>>): ImageRequest {
  const { count, sizeType, sourceType } = given
  return {
    count: typeof count === 'number' && count >= 1 ? Math.floor(count) : defaultCount,
    sizeType: readChoices(sizeType, ['original', 'compressed']),
    sourceType: readChoices(sourceType, ['album', 'camera']),
  }
}

function readChoices<T extends string>(given: unknown, choices: readonly T[]): readonly T[] {
  if (!Array.isArray(given)) return choices
  const chosen = choices.filter((choice) => given.includes(choice))
  return chosen.length === 0 ? choices : chosen
}
