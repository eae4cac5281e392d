import type { BigIntStats } from 'node:fs'
import { basename } from 'node:path'
import { lookup } from 'mrmime'
import { UploadError } from '../errors.ts'
import { isTempPath, nameOfBlob, type TempFiles } from '../temp-files.ts'
import type { FileOption, UploadFile } from '../transport.ts'
import { callsOf, type FileCalls, openByDescriptor } from './file-calls.ts'
import { rethrowAsFileError, toPath } from './local-file.ts'
import { openInside } from './open-inside.ts'
import type { Sandbox } from './sandbox-path.ts'

/** A file that Node.js can read. */
export interface NodeFile extends UploadFile {
  /**
   * Fills `target`, but for its last byte, with the content from `position` on. The last one is to find more than there should be in;
   * afterwards anything may be in it.
   *
   * @throws {UploadError} `file-changed` where there is less, or more than the size; `file-unreadable`
   */
  readFully(target: Uint8Array, position: number): Promise<void>
  /**
   * To be called when all has been read, before the last of it is sent.
   *
   * @throws {UploadError} `file-changed` where the file is no longer what was opened [U-16]
   */
  assertUnchanged(): Promise<void>
}

const defaultType = 'application/octet-stream'

/** What {@link openFile} needs of its `wx`. */
export interface OpenFileSetup {
  readonly tempFiles: TempFiles<string | Blob>
  /** Undefined: every file of this machine may be opened. */
  readonly sandbox: Sandbox | undefined
}

/** Opens what `filePath` can be in Node.js. [U-09] [U-10] */
export async function openFile(
  option: FileOption,
  { tempFiles, sandbox }: OpenFileSetup,
): Promise<NodeFile> {
  const { filePath } = option
  const source = typeof filePath === 'string' ? (tempFiles.get(filePath) ?? filePath) : filePath
  // Whoever has a Blob has its content, so that a sandbox keeps nobody from it. One may be of another realm.
  if (typeof source !== 'string') return openBlob(source, option)
  const isKept = source !== filePath
  const { calls, baseName } =
    sandbox && !isKept ? await openInSandbox(source, sandbox) : openPath(source)
  try {
    return describeFile(calls, await calls.stat(), { baseName, ...option })
  } catch (error) {
    await calls.close()
    return rethrowAsFileError(error)
  }
}

/** A file that is open, and the last segment of its path. */
interface OpenedPath {
  readonly calls: FileCalls
  readonly baseName: string
}

function openPath(source: string): OpenedPath {
  if (isTempPath(source)) throw new UploadError('file-not-found')
  const path = toPath(source)
  try {
    return { calls: openByDescriptor(path), baseName: basename(path) }
  } catch (error) {
    return rethrowAsFileError(error)
  }
}

async function openInSandbox(filePath: string, sandbox: Sandbox): Promise<OpenedPath> {
  const place = sandbox(filePath)
  if (place === undefined) throw new UploadError('sandbox')
  return { calls: callsOf(await openInside(place)), baseName: place.names.at(-1) ?? '' }
}

function describeFile(
  calls: FileCalls,
  opened: BigIntStats,
  { name, baseName, fileName = baseName }: FileOption & { readonly baseName: string },
): NodeFile {
  if (opened.isDirectory()) throw new UploadError('file-is-directory')
  if (!opened.isFile()) throw new UploadError('file-not-regular')
  const size = Number(opened.size)

  return {
    name,
    fileName,
    type: lookup(fileName) ?? defaultType,
    size,
    async readFully(target, position) {
      let filled = 0
      do {
        const rest = filled === 0 ? target : target.subarray(filled)
        const at = position + filled
        const bytesRead = await attempt(() => calls.read(rest, at))
        filled += bytesRead
        // Some file systems (/proc) give a size that is not the content's.
        const isOther = bytesRead === 0 ? filled < target.length - 1 : position + filled > size
        if (isOther) throw new UploadError('file-changed')
      } while (filled < target.length - 1)
    },
    async assertUnchanged() {
      const now = await attempt(() => calls.stat())
      // The time of change as well: a program can set the time of modification back.
      const isSame =
        now.size === opened.size && now.mtimeNs === opened.mtimeNs && now.ctimeNs === opened.ctimeNs
      if (!isSame) throw new UploadError('file-changed')
    },
    async close() {
      await calls.close().catch(() => undefined)
    },
  }
}

/** Makes a promise only of what is one: a small file takes four calls, all of them made in this thread. */
function attempt<T>(call: () => T | Promise<T>): T | Promise<T> {
  try {
    const result = call()
    return result instanceof Promise ? result.catch(rethrowAsFileError) : result
  } catch (error) {
    return rethrowAsFileError(error)
  }
}

function openBlob(blob: Blob, { name, fileName }: FileOption): NodeFile {
  const sentName = fileName ?? nameOfBlob(blob)
  const { size } = blob

  async function readFully(target: Uint8Array, position: number): Promise<void> {
    const length = target.length - 1
    const content = await blob
      .slice(position, position + length)
      .arrayBuffer()
      // A Blob is fixed; only one that stands for a file on disk can fail so, when the file has changed.
      .catch((cause: unknown) => {
        throw new UploadError('file-changed', { cause })
      })
    if (content.byteLength < length) throw new UploadError('file-changed')
    target.set(new Uint8Array(content))
  }

  return {
    name,
    fileName: sentName,
    type: blob.type === '' ? (lookup(sentName) ?? defaultType) : blob.type,
    size,
    readFully,
    // A Blob that stands for a file on disk looks at it each time it is read.
    assertUnchanged: () => readFully(new Uint8Array(Math.min(size, 1) + 1), 0),
    async close() {},
  }
}
