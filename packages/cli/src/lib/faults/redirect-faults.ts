import { afterBody, formatWhole, type Exchange } from './exchange.ts'
import { answered, type Fault, type FaultGroup, failed, hidden, type Outcome } from './fault.ts'

const withBody = answered(200, 'POST with a body')
const withoutBody = answered(200, 'GET without a body')

/** A redirect, and what comes of following it. [U-17] */
function redirect(
  name: string,
  {
    status,
    does,
    to,
    followed,
    browser = followed,
    isSecure,
  }: {
    status: number
    does: string
    to: (exchange: Exchange) => string
    followed: readonly Outcome[]
    browser?: readonly Outcome[]
    isSecure?: true
  },
): Fault {
  return {
    name,
    does,
    node: followed,
    browser,
    at: 'path',
    ...(isSecure && { isSecure }),
    meet: afterBody((exchange) => {
      const response = formatWhole(`${status} Redirect`, '', [`Location: ${to(exchange)}`])
      exchange.socket.write(response)
    }),
  }
}

export const redirectFaults: FaultGroup = {
  title: 'Redirects',
  faults: [
    ...([301, 302, 303, 307, 308] as const).map((status) =>
      redirect(`redirect-${status}`, {
        status,
        does: `redirects with ${status} to the same origin.`,
        to: () => '/none',
        followed: status < 307 ? withoutBody : withBody,
      }),
    ),
    redirect('redirect-303-origin', {
      status: 303,
      does: 'redirects with 303 to another origin.',
      to: ({ otherOrigin }) => `${otherOrigin}/none`,
      followed: withoutBody,
    }),
    redirect('redirect-307-origin', {
      status: 307,
      does: 'redirects with 307 to another origin.',
      to: ({ otherOrigin }) => `${otherOrigin}/none`,
      followed: withBody,
    }),
    redirect('redirect-to-http', {
      status: 307,
      does: 'redirects from https to http.',
      to: ({ origin }) => `${origin}/none`,
      followed: withBody,
      isSecure: true,
    }),
    redirect('redirect-loop', {
      status: 307,
      does: 'redirects to itself.',
      to: () => '/redirect-loop',
      followed: failed('network reach the max redirect count'),
      browser: hidden,
    }),
    redirect('redirect-off-list', {
      status: 307,
      does: 'redirects to a domain that is on no list.',
      to: () => 'https://off-list.invalid/',
      followed: failed('url not in domain list'),
      browser: hidden,
    }),
    redirect('redirect-to-nothing', {
      status: 307,
      does: 'redirects to what is no address.',
      to: () => 'https://:0',
      followed: failed('invalid url'),
      browser: hidden,
    }),
  ],
}
