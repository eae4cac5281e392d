import type { IncomingMessage, ServerResponse } from 'node:http'
import findMyWay from 'find-my-way'
import { ReceiverError } from '../problem/errors.ts'

/** One request and what its address says. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** The values of the address's `:id` and `:n`; empty where the route has none. */
  readonly params: { readonly id: string; readonly n: string }
  readonly query: URLSearchParams
}

/** Answers one request. What it throws is answered as a problem. */
export type RouteHandler = (exchange: Exchange) => Promise<void>

/** The handlers of one path. GET answers HEAD too. */
export type Route = Readonly<Partial<Record<Method, RouteHandler>>>

type Method = (typeof knownMethods)[number]

const knownMethods = ['GET', 'POST', 'DELETE'] as const

/**
 * Makes a function that finds the handler of a request among paths below `basePath`. It rejects with `not-found` for any
 * other path, and with `method-not-allowed` where the path has other methods.
 */
export function createRouter(
  basePath: string,
  routes: Readonly<Record<string, Route>>,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const router = findMyWay({ defaultRoute: refuse, onBadUrl: (_path, request) => refuse(request) })
  for (const [path, route] of Object.entries(routes)) {
    for (const method of knownMethods) {
      const handler = route[method]
      if (handler === undefined) continue
      router.on(
        method === 'GET' ? ['GET', 'HEAD'] : method,
        basePath + path,
        (request, response, params) =>
          handler({
            request,
            response,
            params: { id: params['id'] ?? '', n: params['n'] ?? '' },
            query: queryOf(request),
          }),
      )
    }
  }

  const postPaths = Object.keys(routes)
    .filter((path) => routes[path]?.POST !== undefined)
    .map((path) => basePath + path)

  function refuse(request: IncomingMessage): never {
    const { method = '', url = '' } = request
    const allowed = knownMethods.filter((method) => router.find(method, url) !== null)
    // A path that is no path is found for every method.
    if (allowed.length === 0 || allowed.length === knownMethods.length) {
      const where = JSON.stringify(url.replace(/\?.*/s, ''))
      const hint = method === 'POST' ? `: POST goes to ${postPaths.join(', ')}` : ''
      throw new ReceiverError('not-found', `There is nothing at ${where}${hint}`)
    }
    const allow = allowed
      .flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
      .join(', ')
    throw new ReceiverError(
      'method-not-allowed',
      `${method} is not for this address, ${allow} would be`,
      {
        headers: { Allow: allow },
      },
    )
  }

  return async (request, response) => {
    const handled: unknown = router.lookup(request, response)
    await handled
  }
}

function queryOf(request: IncomingMessage): URLSearchParams {
  return new URLSearchParams(/\?(.*)/s.exec(request.url ?? '')?.[1])
}
