import type { IncomingMessage } from 'node:http'
import { isIPv6, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { UploadFields, UploadRecord } from '../storage/storage.ts'

/** A file in an answer. */
export interface FileAnswer {
  readonly field: string
  readonly name: string
  readonly type: string
  readonly size: number
  readonly sha256: string | null
  /** Where the file is served. */
  readonly url: string
}

/** [R-03] What an upload is answered with. */
export interface UploadAnswer {
  readonly id: string
  readonly files: readonly FileAnswer[]
  readonly fields: UploadFields
}

/** An upload as it is listed. */
export interface ListedUpload extends UploadAnswer {
  /** When its last byte arrived, ISO 8601 in UTC. */
  readonly receivedAt: string
}

/** What clients are told of an upload; `base` is the absolute url that the receiver is mounted at. */
export function describeUpload(record: UploadRecord, base: string): UploadAnswer {
  const { id, fields } = record
  const files = record.files.map(({ field, name, type, size, sha256 }, index) => {
    return { field, name, type, size, sha256, url: `${base}/uploads/${id}/files/${index}` }
  })
  return { id, files, fields }
}

/** How an upload is listed. */
export function describeListed(record: UploadRecord, base: string): ListedUpload {
  const { id, files, fields } = describeUpload(record, base)
  return { id, receivedAt: record.receivedAt, files, fields }
}

/** The absolute url at which a request found the receiver, without a slash at the end. */
export function requestBase(request: IncomingMessage): string {
  const scheme = request.socket instanceof TLSSocket ? 'https' : 'http'
  // [RFC 9113 §8.3.1] HTTP/2 sends the authority in place of a Host header.
  const { ':authority': authority, host } = request.headers
  return `${scheme}://${String(authority ?? host ?? localAuthority(request.socket))}${mountPath(request)}`
}

function localAuthority({ localAddress = '', localPort }: Socket): string {
  return `${isIPv6(localAddress) ? `[${localAddress}]` : localAddress}:${localPort}`
}

// Express takes the path that a handler is mounted at from `url`, and leaves it here.
function mountPath(request: IncomingMessage): string {
  return 'baseUrl' in request && typeof request.baseUrl === 'string' ? request.baseUrl : ''
}
