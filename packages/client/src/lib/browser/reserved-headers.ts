const reserved =
  /^(?:accept-(?:charset|encoding)|access-control-request-(?:headers|method)|cookie2?|date|dnt|origin|set-cookie|via|(?:proxy|sec)-.*)$/

/** Why a page cannot set a header; what nobody can set is told elsewhere. [Fetch §2.2.2, forbidden request-header] */
export function whyReserved(name: string): string | undefined {
  return reserved.test(name) ? 'the browser sets it' : undefined
}
