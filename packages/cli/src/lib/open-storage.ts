import path from 'node:path'
import type { Storage } from '@wx-upload/receiver'
import { createDiskStorage, type DiskStorageOptions } from '@wx-upload/receiver/fs'
import { CliError, systemErrorCode } from './errors.ts'
import { formatStorageUrl, type StorageUrl } from './storage-url.ts'

/** A storage that is ready, and where it is, for people. */
export interface OpenedStorage {
  readonly storage: Storage
  readonly place: string
}

/** The storage in a folder, which is made where it is missing, and written to. */
export async function openFolder(
  folder: string,
  { durability }: Required<DiskStorageOptions>,
): Promise<OpenedStorage> {
  const place = path.resolve(folder)
  const storage = createDiskStorage(folder, { durability })
  try {
    await storage.open()
  } catch (error) {
    throw new CliError(
      'folder',
      `cannot write uploads to ${place} (${explainFolderError(error)}): name another folder, as in "wx-upload serve DIR"`,
      { cause: error },
    )
  }
  return { storage, place }
}

/** The storage in a bucket, which is there. */
export async function openBucket(url: StorageUrl): Promise<OpenedStorage> {
  // It says that later versions will need a newer Node.js, which is ours to know.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
  // The SDK takes its time, and most do without.
  const { createS3Storage } = await import('@wx-upload/receiver/s3')
  const place = formatStorageUrl(url)
  const storage = createS3Storage(url)
  try {
    await storage.open()
  } catch (error) {
    const [found, advice] = explainBucketError(error)
    throw new CliError('bucket', `cannot keep uploads in ${place} (${found}): ${advice}`, {
      cause: error,
    })
  }
  return { storage, place }
}

function explainFolderError(error: unknown): string {
  // The storage says what it was doing; what the system said is behind that.
  const code = systemErrorCode(causeOf(error))
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied'
    case 'EROFS':
      return 'the file system is read-only'
    case 'ENOTDIR':
      return 'a part of this path is a file'
    case 'ENOENT':
      return 'no folder can be made there'
    case 'ENOSPC':
      return 'the disk is full'
    case undefined:
    default:
      return code ?? String(error)
  }
}

function explainBucketError(error: unknown): [found: string, advice: string] {
  const cause = causeOf(error)
  if (cause instanceof Error && cause.message.startsWith('Region is missing'))
    return ['no region is known', 'name it, as in s3://BUCKET?region=REGION']
  const name = systemErrorCode(cause) ?? (cause instanceof Error ? cause.name : undefined)
  switch (name) {
    case 'NoSuchBucket':
      return ['there is no such bucket', 'make it first, or name another']
    case 'CredentialsProviderError':
      return ['no key was found', 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY']
    case 'InvalidAccessKeyId':
    case 'SignatureDoesNotMatch':
      return [
        'the store does not take this key and secret',
        'look at AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
      ]
    case 'AccessDenied':
      return ['access denied', 'the key needs to list, read, write and delete in this bucket']
    case 'PermanentRedirect':
    case 'AuthorizationHeaderMalformed':
      return ['the bucket is elsewhere', 'name its region, as in s3://BUCKET?region=REGION']
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return [
        'there is no such host',
        'name the endpoint of the store, and pathStyle=true for Ceph',
      ]
    case 'ECONNREFUSED':
      return ['nothing answers there', 'start the store, or name another endpoint']
    case undefined:
    default:
      return [
        error instanceof Error ? error.message : String(error),
        'see that the store can be reached',
      ]
  }
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined
}
