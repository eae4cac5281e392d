import { systemErrorCode } from './errors.ts'

/**
 * Why a server cannot listen, and what its user can do about it.
 *
 * @param prefix what the names of the options `port` and `host` begin with, such as `--`
 * @param variable that of the environment which names the port too
 */
export function explainListenError(
  error: unknown,
  { prefix, variable }: { prefix: string; variable?: string },
): [found: string, advice: string] {
  const code = systemErrorCode(error)
  switch (code) {
    case 'EADDRINUSE':
      return [
        'another program uses this port',
        `stop it, or choose another port with ${prefix}port${variable === undefined ? '' : ` or ${variable}`}`,
      ]
    case 'EACCES':
      return ['permission denied', `choose a port above 1023 with ${prefix}port`]
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return ['this machine has no such address', `choose another one with ${prefix}host`]
    case undefined:
    default:
      return [code ?? String(error), `choose another address with ${prefix}host and ${prefix}port`]
  }
}
