import { UploadError } from './errors.ts'

export interface UrlRules {
  /** Whether `http:` is allowed to loopback addresses alone. */
  readonly requireHttps: boolean
  /** The domain list; undefined: any domain. */
  readonly domains: readonly DomainEntry[] | undefined
}

/** One entry of a domain list. */
export interface DomainEntry {
  readonly protocol: string
  readonly hostname: string
  /** The one port that is allowed; undefined: only a url that states no port. */
  readonly port: string | undefined
}

/**
 * The url of a call, if it may be reached.
 *
 * @throws {UploadError} `url` [U-07] or `domain` [U-08]
 */
export function checkUrl(text: string, rules: UrlRules): URL {
  const url = parse(text)
  if (!url) throw invalid('it is no absolute address')
  assertAllowed(url, rules)
  assertListed(url, text, rules)
  return url
}

/**
 * The target of a redirect from a url that may be reached, if it may be reached itself. [U-17]
 *
 * The origin that leads on is on the domain list already, and a relative address does not say how its port is written.
 *
 * @throws {UploadError} `url` [U-07] or `domain` [U-08]
 */
export function checkTarget(
  location: string,
  { from, rules }: { from: URL; rules: UrlRules },
): URL {
  const url = parse(location, from)
  if (!url) throw invalid('it is no address')
  assertAllowed(url, rules)
  if (url.origin !== from.origin) assertListed(url, location, rules)
  return url
}

/** Undefined where it is none; whoever asks before parses twice. */
function parse(text: string, base?: URL): URL | undefined {
  try {
    return new URL(text, base)
  } catch {
    return undefined
  }
}

/** [U-07] */
function assertAllowed(url: URL, rules: UrlRules): void {
  if (!isHttp(url)) throw invalid('it is neither https: nor http:')
  if (url.protocol === 'http:' && rules.requireHttps && !isLoopback(url.hostname)) {
    throw invalid('http: needs createWx({ urlCheck: false })')
  }
  if (url.username !== '' || url.password !== '') {
    throw invalid('it has credentials')
  }
}

/** [U-08] By the platform's rule, which asks how the port is written. */
function assertListed(url: URL, text: string, { domains }: UrlRules): void {
  if (domains === undefined) return
  const port = statedPort(url, text)
  const isListed = domains.some(
    (domain) =>
      domain.protocol === url.protocol && domain.hostname === url.hostname && domain.port === port,
  )
  if (!isListed) throw new UploadError('domain')
}

function invalid(detail: string): UploadError {
  return new UploadError('url', { detail })
}

/**
 * An entry of the configuration's `domains`: an origin such as `https://upload.example.com` or
 * `https://upload.example.com:8443`.
 *
 * @throws {TypeError} where it is no http or https origin
 */
export function parseDomain(entry: string): DomainEntry {
  const url = parse(entry)
  if (url === undefined || !isHttp(url) || url.pathname !== '/' || url.search !== '') {
    throw new TypeError(
      `Cannot use ${JSON.stringify(entry)} in domains: it should be an origin such as https://example.com`,
    )
  }
  return { protocol: url.protocol, hostname: url.hostname, port: statedPort(url, entry) }
}

function isHttp(url: URL): boolean {
  return /^https?:$/.test(url.protocol)
}

/** [RFC 6761 §6.3] localhost and the names below it; [RFC 1122 §3.2.1.3] 127/8; [RFC 4291 §2.5.3] ::1. */
function isLoopback(hostname: string): boolean {
  return /^(?:(?:.+\.)?localhost|\[::1\]|127(?:\.\d+){3})$/.test(hostname)
}

/**
 * The port as it is written, for the rule asks whether one is: `URL` drops a scheme's own (`:443`), and that alone is
 * looked for in the text, so that nothing in it can hide another port.
 */
function statedPort(url: URL, text: string): string | undefined {
  if (url.port !== '') return url.port
  const digits = /^\s*(?:[a-z][a-z0-9+.-]*:)?[/\\]*[^/\\?#]*:(\d+)\s*(?:[/\\?#]|$)/i.exec(text)?.[1]
  return digits && String(Number(digits))
}
