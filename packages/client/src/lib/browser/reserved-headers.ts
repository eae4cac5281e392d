const reserved: ReadonlySet<string> = new Set([
  'accept-charset',
  'accept-encoding',
  'access-control-request-headers',
  'access-control-request-method',
  'cookie',
  'cookie2',
  'date',
  'dnt',
  'origin',
  'set-cookie',
  'via',
])

/** Why a page cannot set a header; what nobody can set is told elsewhere. [Fetch §2.2.2, forbidden request-header] */
export function whyReserved(name: string): string | undefined {
  return reserved.has(name) || /^(?:proxy|sec)-/.test(name) ? 'the browser sets it' : undefined
}
