import { fileURLToPath } from 'node:url'
import { UploadError } from '../errors.ts'

/**
 * The path that a path or a `file:` URL stands for.
 *
 * @throws {UploadError} `file-not-found` where the URL stands for none
 */
export function toPath(filePath: string): string {
  if (!filePath.startsWith('file:')) return filePath
  try {
    return fileURLToPath(filePath)
  } catch (cause) {
    throw new UploadError('file-not-found', { cause })
  }
}

/**
 * What the system says of a file, in the platform's terms. [U-09]
 *
 * @throws {UploadError} always
 */
export function rethrowAsFileError(cause: unknown): never {
  if (cause instanceof UploadError) throw cause
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ENAMETOOLONG':
    case 'ERR_INVALID_ARG_VALUE': // a NUL in the path
      throw new UploadError('file-not-found', { cause })
    case 'EISDIR':
      throw new UploadError('file-is-directory', { cause })
    case 'EACCES':
    case 'EPERM':
      throw new UploadError('file-permission', { cause })
    case 'ENXIO': // a socket
      throw new UploadError('file-not-regular', { cause })
    default:
      throw new UploadError('file-unreadable', { cause })
  }
}
