import { InvalidArgumentError } from 'commander'

/** A bucket, and where it is, as `--storage` names it. */
export interface StorageUrl {
  readonly bucket: string
  /** The folder in the bucket; '' for all of it. */
  readonly prefix: string
  readonly endpoint?: string
  readonly region?: string
  readonly forcePathStyle?: boolean
}

const form = 's3://BUCKET/PREFIX?endpoint=http://HOST&region=REGION&pathStyle=true'

/**
 * Parses `s3://bucket/prefix?endpoint=…&region=…&pathStyle=true`, where all but the bucket may be left out. Key and secret are not
 * in it: other users of the machine can read a command line.
 */
export function parseStorageUrl(text: string): StorageUrl {
  const url = parseUrl(text)
  const { hostname: bucket, pathname, searchParams } = url
  if (url.protocol !== 's3:') throw notUsable('It does not begin with s3://')
  if (url.username !== '' || url.password !== '')
    throw notUsable('Key and secret belong in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY')
  if (bucket === '') throw notUsable('It names no bucket')
  if (url.port !== '') throw notUsable('A port belongs in the endpoint')
  if (url.hash !== '') throw notUsable('It has a #')
  const prefix = decode(pathname).replace(/^\/|\/$/g, '')
  if (prefix.split('/').includes('') && prefix !== '')
    throw notUsable('Its prefix has an empty part')
  let options: Omit<StorageUrl, 'bucket' | 'prefix'> = {}
  for (const [name, value] of searchParams) options = { ...options, ...parseParameter(name, value) }
  return { bucket, prefix, ...options }
}

/** The bucket and the folder in it, for people. */
export function formatStorageUrl({ bucket, prefix, endpoint }: StorageUrl): string {
  const place = `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}`
  return endpoint === undefined ? place : `${place} at ${endpoint}`
}

function parseParameter(name: string, value: string): Partial<StorageUrl> {
  switch (name) {
    case 'endpoint':
      if (!/^https?:\/\/[^/?#@]+\/?$/.test(value) || !URL.canParse(value))
        throw notUsable(`The endpoint ${value} is not an http:// or https:// address`)
      return { endpoint: value }
    case 'region':
      if (value === '') throw notUsable('The region is empty')
      return { region: value }
    case 'pathStyle':
      if (value !== 'true' && value !== 'false')
        throw notUsable(`pathStyle is true or false, not ${value}`)
      return { forcePathStyle: value === 'true' }
    default:
      throw notUsable(`There is no ${name}, only endpoint, region and pathStyle`)
  }
}

function parseUrl(text: string): URL {
  if (!URL.canParse(text)) throw notUsable('It is not an address')
  return new URL(text)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw notUsable('Its prefix has a % that encodes nothing')
  }
}

function notUsable(found: string): InvalidArgumentError {
  return new InvalidArgumentError(`${found}: ${form}`)
}
