import { describe, expect, it } from 'vitest'
import { checkTarget, checkUrl, parseDomain, type UrlRules } from './url-rules.ts'

const rulesOf = (domains?: readonly string[], requireHttps = true): UrlRules => ({
  requireHttps,
  domains: domains?.map(parseDomain),
})

/** The code of the refusal, or the address that may be reached. */
function outcomeOf(check: () => URL): unknown {
  try {
    return check().href
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}

const call = (text: string, rules: UrlRules) => outcomeOf(() => checkUrl(text, rules))
const target = (location: string, from: string, rules: UrlRules) =>
  outcomeOf(() => checkTarget(location, { from: new URL(from), rules }))

describe('the domain list', () => {
  it.each([
    ['https://a.example', 'https://a.example/x'],
    ['https://a.example:8443', 'https://a.example:8443/x'],
    ['https://a.example:443', 'https://a.example:443/x'],
    ['https://a.example', ' https://A.example/x'],
  ])('U-08 with %s lets %s through', (domain, url) => {
    expect(call(url, rulesOf([domain]))).toMatch(/^https:\/\/a\.example/)
  })

  it.each([
    ['https://a.example', 'https://a.example:443/x'],
    ['https://a.example', 'https://a.example:8443/x'],
    ['https://a.example:443', 'https://a.example/x'],
    ['https://a.example', 'https://b.a.example/x'],
    ['http://127.0.0.1', 'https://127.0.0.1/x'],
  ])('U-08 with %s refuses %s', (domain, url) => {
    expect(call(url, rulesOf([domain]))).toBe('domain')
  })

  // What the parser of addresses skips must not hide a port from the rule.
  it.each([
    'https:\t//a.example:8443/',
    'ht\ntps://a.example:8443/',
    'https://a.exam\rple:8443/',
    'https://a.example:84\n43/',
    '\u0001https://a.example:8443/',
    'https:\\\\a.example:8443/',
    'https:a.example:8443/',
    'https:///a.example:8443/',
  ])('U-08 with an entry without a port refuses %j', (url) => {
    expect(call(url, rulesOf(['https://a.example']))).toBe('domain')
  })
})

describe('the target of a redirect', () => {
  const from = 'https://a.example/dir/upload?x=1'

  it.each([
    ['/other', 'https://a.example/other'],
    ['other', 'https://a.example/dir/other'],
    ['?y', 'https://a.example/dir/upload?y'],
    ['../other#part', 'https://a.example/other#part'],
    ['//b.example/', 'https://b.example/'],
    ['https://b.example:8443/', 'https://b.example:8443/'],
    ['http://127.0.0.1:8000/', 'http://127.0.0.1:8000/'],
    ['/上传', 'https://a.example/%E4%B8%8A%E4%BC%A0'],
  ])('U-17 %s is seen from the address before it: %s', (location, href) => {
    expect(target(location, from, rulesOf())).toBe(href)
  })

  it.each([
    'http://b.example/',
    'ftp://b.example/',
    'file:///etc/passwd',
    'data:,x',
    'javascript:0',
    'https://user:password@b.example/',
    'https://user@a.example/',
    'https://',
    'https://b.example:99999/',
  ])('U-07 U-17 %s may not be reached', (location) => {
    expect(target(location, from, rulesOf())).toBe('url')
  })

  it('U-07 U-17 may be http: where urlCheck is false', () => {
    expect(target('http://b.example/', from, rulesOf(undefined, false))).toBe('http://b.example/')
  })

  it.each([
    ['https://b.example/', 'https://b.example/'],
    ['//b.example/', 'https://b.example/'],
    ['https://c.example/', 'domain'],
    ['https://b.example:8443/', 'domain'],
    ['https://b.example:443/', 'domain'],
    ['//b.example:443/', 'domain'],
    ['https:\t//b.example:8443/', 'domain'],
    ['http://127.0.0.1/', 'domain'],
    // The origin that leads on is on the list; how its port is written in a relative address cannot be told.
    ['/other', 'https://a.example/other'],
    ['https://a.example/other', 'https://a.example/other'],
  ])('U-08 U-17 %s is asked of the domain list: %s', (location, outcome) => {
    const rules = rulesOf(['https://a.example:443', 'https://b.example'])
    expect(target(location, from, rules)).toBe(outcome)
  })
})
