import { readServerClock } from './server-clock.ts'
import type { StoredPage } from './stored-upload.ts'

/** What the server refused; the message is what it says about it. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
}

/**
 * As `fetch`, on connections of its own: browsers open six to one host, and keep requests without credentials apart, so
 * that ten uploads do not make the list wait.
 */
export function fetchApart(path: string | URL, init: RequestInit = {}): Promise<Response> {
  return fetch(path, { ...init, credentials: 'omit' })
}

/** Asks for a page of the list: the first, or the one that begins after `before`. */
export async function fetchPage(before?: string): Promise<StoredPage> {
  const query = before === undefined ? '' : `&before=${encodeURIComponent(before)}`
  const response = await fetchApart(`/uploads?limit=50${query}`)
  readServerClock(response)
  if (!response.ok) throw await readRefusal(response)
  return await response.json()
}

/** Deletes an upload; one that is gone already is as good. With `isLast` the request outlives the page. */
export async function deleteUpload(id: string, isLast: boolean): Promise<void> {
  const response = await fetchApart(`/uploads/${id}`, { method: 'DELETE', keepalive: isLast })
  if (!response.ok && response.status !== 404) throw await readRefusal(response)
}

async function readRefusal(response: Response): Promise<RefusedError> {
  try {
    // A problem document has both. [RFC 9457]
    const { detail, title }: { detail?: string; title?: string } = await response.json()
    return new RefusedError(detail ?? title ?? `HTTP ${response.status}`)
  } catch {
    return new RefusedError(`HTTP ${response.status}`)
  }
}
