import { isDuration } from './arguments.ts'
import type { OptionDefaults } from './options.ts'
import { isFieldValue } from './request-header.ts'
import { parseDomain } from './url-rules.ts'

/** The configuration of a `wx`, for all its calls. */
export interface WxConfig {
  /** Milliseconds an upload may take when its call does not say. Default 60000; `Infinity`: no limit. */
  timeout?: number
  /** The same, as `app.json` has it; `timeout` wins. */
  networkTimeout?: { uploadFile?: number }
  /** `false` allows `http:` to any address, as the developer tools' "do not verify" does. Default true. */
  urlCheck?: boolean
  /**
   * The domain list: origins that may be uploaded to. Default: any.
   *
   * An entry with a port allows just that port; one without allows only a url that states no port.
   */
  domains?: readonly string[]
  /**
   * The Referer of every request: as it is, or what `https://servicewechat.com/{appid}/{version}/page-frame.html`
   * is filled in with. Default: none is sent.
   */
  referer?: string | { readonly appid: string; readonly version: string }
  /** Uploads that run at once; the rest wait in order. Default 10. */
  maxConcurrent?: number
  /** The longest response body in bytes, after decoding. Default 33554432 (32 MiB). */
  maxResponseBytes?: number
  /** Called with what was put right in a call, such as a header that cannot be set. Default `console.warn`. */
  warn?: (message: string) => void
}

/** The limits of a configuration, read and filled in. */
export interface WxLimits {
  readonly maxConcurrent: number
  readonly maxResponseBytes: number
}

const defaultTimeoutMs = 60_000

/**
 * What a configuration contributes to the reading of each call.
 *
 * @throws {TypeError} where an entry of `domains` is no origin, or HTTP cannot carry `referer`
 */
export function readOptionDefaults(config: WxConfig): Omit<OptionDefaults, 'warn' | 'whyReserved'> {
  const timeoutMs = [config.timeout, config.networkTimeout?.uploadFile].find(isDuration)
  return {
    timeoutMs: timeoutMs ?? defaultTimeoutMs,
    urlRules: {
      requireHttps: config.urlCheck !== false,
      domains: config.domains?.map(parseDomain),
    },
    referer: readReferer(config.referer),
  }
}

/**
 * The limits of a configuration.
 *
 * @throws {RangeError} where one is not a positive number
 */
export function readLimits({
  maxConcurrent = 10,
  maxResponseBytes = 32 * 1024 * 1024,
}: WxConfig): WxLimits {
  const limits = { maxConcurrent, maxResponseBytes }
  for (const [key, limit] of Object.entries(limits)) {
    if (typeof limit !== 'number' || !(limit >= 1))
      throw new RangeError(`Cannot use ${key} ${limit}: it should be 1 or more`)
  }
  return limits
}

function readReferer(referer: WxConfig['referer']): string | undefined {
  if (referer === undefined) return undefined
  const text =
    typeof referer === 'string'
      ? referer
      : `https://servicewechat.com/${referer.appid}/${referer.version}/page-frame.html`
  if (isFieldValue(text)) return text
  throw new TypeError(`Cannot use the referer ${JSON.stringify(text)}: HTTP cannot carry it`)
}
