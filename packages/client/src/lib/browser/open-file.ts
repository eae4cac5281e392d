import { type FailureCode, UploadError } from '../errors.ts'
import { isTempPath, nameOfBlob, type TempFiles } from '../temp-files.ts'
import type { FileOption, UploadFile } from '../transport.ts'

/** A file that a browser can send. */
export interface BrowserFile extends UploadFile {
  readonly content: Blob
}

/** What {@link openFile} needs of its `wx`. */
export interface OpenFileSetup {
  readonly tempFiles: TempFiles<Blob>
  readonly warn: (message: string) => void
}

/** Opens what `filePath` can be in a browser: a temporary path, a `blob:` or a `data:` URL, a File or a Blob. [U-09] */
export async function openFile(option: FileOption, setup: OpenFileSetup): Promise<BrowserFile> {
  const content = await findContent(option.filePath, setup)
  await readLastByte(content)
  return {
    name: option.name,
    fileName: option.fileName ?? nameOfBlob(content),
    type: content.type,
    size: content.size,
    content,
    async close() {},
  }
}

async function findContent(
  filePath: string | Blob,
  { tempFiles, warn }: OpenFileSetup,
): Promise<Blob> {
  if (typeof filePath !== 'string') return filePath
  if (/^(?:blob|data):/i.test(filePath)) return await fetchContent(filePath)
  const content = tempFiles.get(filePath)
  if (content !== undefined) return content
  if (!isTempPath(filePath)) {
    warn(
      `uploadFile: a browser cannot read the path "${filePath}": give a File, or what chooseImage gave`,
    )
  }
  throw new UploadError('file-not-found')
}

/** [U-09] A URL whose content has been let go of is a file that is not there. */
async function fetchContent(url: string): Promise<Blob> {
  try {
    return await (await fetch(url)).blob()
  } catch (cause) {
    throw new UploadError('file-not-found', { cause })
  }
}

/**
 * Reads a little of a file, to know that what stands behind it is there, and is what it was when it was chosen.
 *
 * @throws {UploadError} where it is not
 */
export async function readLastByte(content: Blob): Promise<void> {
  try {
    // The last one, which a file that was cut has no more; a missing file is as large as an empty one, and its slices too.
    await (content.size === 0 ? content : content.slice(-1)).arrayBuffer()
  } catch (cause) {
    throw new UploadError(codeOf(cause), { cause })
  }
}

/** The names are those of the File API. [File API §9.1] */
const codes: Readonly<Record<string, FailureCode>> = {
  NotFoundError: 'file-not-found',
  NotAllowedError: 'file-permission',
  SecurityError: 'file-permission',
}

function codeOf(cause: unknown): FailureCode {
  return (cause instanceof DOMException && codes[cause.name]) || 'file-unreadable'
}
