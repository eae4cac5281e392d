import { UploadError } from './errors.ts'
import { checkTarget, type UrlRules } from './url-rules.ts'

/** One request on the way that redirects lead along: what is asked of whom. */
export interface Hop {
  readonly method: string
  readonly url: URL
  /** The caller's header, as far as it may go there; without those that describe the body. */
  readonly header: Readonly<Record<string, string>>
  /** Whether the body is sent. */
  readonly hasBody: boolean
  /** How many redirects have led here. */
  readonly redirects: number
}

/** Of an answer, what may lead on. */
export interface RedirectAnswer {
  readonly statusCode: number
  /** The value of each Location field, as it came: a character for a byte. */
  readonly locations: readonly string[]
}

const maxRedirects = 20

/** What tells who is asking is for the origin that it was meant for. [Fetch §4.4] [RFC 9110 §15.4] */
const ofTheOrigin = /^(?:authorization|cookie|proxy-authorization)$/i

/** What tells of a body goes with it. [RFC 9110 §15.4] */
const ofTheBody = /^(?:content-.*|digest|last-modified)$/i

/**
 * The request that an answer asks for in place of this one; undefined where it asks for none. [U-17] [Fetch §4.4]
 *
 * @throws {UploadError} `redirects`, or `url` or `domain` where its target may not be reached
 */
export function followRedirect(hop: Hop, answer: RedirectAnswer, rules: UrlRules): Hop | undefined {
  const location = locationOf(answer)
  if (location === undefined) return undefined
  const url = checkTarget(location, { from: hop.url, rules })
  if (hop.redirects >= maxRedirects) throw new UploadError('redirects')
  const losesBody = becomesGet(answer.statusCode, hop.method)
  const isElsewhere = url.origin !== hop.url.origin
  const header = Object.entries(hop.header).filter(
    ([name]) => !(isElsewhere && ofTheOrigin.test(name)) && !(losesBody && ofTheBody.test(name)),
  )
  return {
    method: losesBody ? 'GET' : hop.method,
    url,
    header: Object.fromEntries(header),
    hasBody: hop.hasBody && !losesBody,
    redirects: hop.redirects + 1,
  }
}

/** Whether an answer with this status leads on, if it says where to. [Fetch §4.4] */
export function isRedirect(statusCode: number): boolean {
  return [301, 302, 303, 307, 308].includes(statusCode)
}

function locationOf({ statusCode, locations }: RedirectAnswer): string | undefined {
  if (!isRedirect(statusCode)) return undefined
  // An empty one counts as none, as in Chromium; by the Fetch standard it would lead round in a circle.
  const given = new Set(locations.filter((location) => location !== ''))
  if (given.size > 1) {
    throw new UploadError('url', { detail: 'the answer has more than one Location' })
  }
  const [location] = given
  // Bytes beyond ASCII mean themselves, in whatever encoding: a URL's own parser would take each for a character.
  return location?.replace(
    /[\x80-\xff]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function becomesGet(statusCode: number, method: string): boolean {
  if (statusCode === 303) return method !== 'GET' && method !== 'HEAD'
  return (statusCode === 301 || statusCode === 302) && method === 'POST'
}
