import {
  array,
  assert,
  constantFrom,
  dictionary,
  integer,
  oneof,
  property,
  string,
  tuple,
  webPath,
  webUrl,
} from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UploadError } from './errors.ts'
import { followRedirect, type Hop } from './redirect.ts'
import type { UrlRules } from './url-rules.ts'

const form: Hop = {
  method: 'POST',
  url: new URL('https://a.example/dir/upload'),
  header: {},
  hasBody: true,
  redirects: 0,
}
const rules: UrlRules = { requireHttps: false, domains: undefined }

/** The next request after an answer with this status and one Location. */
function follow(
  statusCode: number,
  { hop = form, location = '/next' }: { hop?: Hop; location?: string } = {},
): Hop | undefined {
  return followRedirect(hop, { statusCode, locations: [location] }, rules)
}

describe('which answers lead on', () => {
  const redirects = [301, 302, 303, 307, 308]

  it.each(redirects)('U-17 %d does', (statusCode) => {
    expect(follow(statusCode)?.url.href).toBe('https://a.example/next')
  })

  it('U-17 no other status does, whatever its Location', () => {
    const statuses = Array.from({ length: 900 }, (_value, index) => index + 100)
    const following = statuses.filter((statusCode) => follow(statusCode) !== undefined)
    expect(following).toEqual(redirects)
  })

  it.each(redirects)('U-17 %d without a Location, or with an empty one, does not', (statusCode) => {
    for (const locations of [[], [''], ['', '']]) {
      expect(followRedirect(form, { statusCode, locations }, rules)).toBeUndefined()
    }
  })
})

describe('where they lead', () => {
  it.each([
    ['/other', 'https://a.example/other'],
    ['other?x=1', 'https://a.example/dir/other?x=1'],
    ['https://b.example/other', 'https://b.example/other'],
    // The bytes of UTF-8, a character each, as they come on the wire.
    ['/\u00e4\u00b8\u008a', 'https://a.example/%E4%B8%8A'],
    ['/\u00ff', 'https://a.example/%FF'],
    ['/a%20b', 'https://a.example/a%20b'],
  ])('U-17 %j leads to %s', (location, href) => {
    expect(follow(307, { location })?.url.href).toBe(href)
  })

  it('U-17 the same Location twice is one', () => {
    const locations = ['/next', '', '/next']
    const next = followRedirect(form, { statusCode: 307, locations }, rules)
    expect(next?.url.href).toBe('https://a.example/next')
  })

  it('U-17 two that differ lead nowhere: errno 600009', () => {
    const answer = { statusCode: 307, locations: ['/one', '/two'] }
    expect(() => followRedirect(form, answer, rules)).toThrow(
      expect.objectContaining({ code: 'url', errno: 600009 }),
    )
  })

  it.each([
    ['url', 'http://b.example/', { requireHttps: true, domains: undefined }],
    ['domain', 'https://b.example/', { requireHttps: true, domains: [] }],
  ])('U-07 U-08 a target that may not be reached fails: %s', (code, location, strict) => {
    const answer = { statusCode: 302, locations: [location] }
    expect(() => followRedirect(form, answer, strict)).toThrow(expect.objectContaining({ code }))
  })
})

describe('what is asked there', () => {
  const cases: readonly [status: number, method: string, next: string, hasBody: boolean][] = [
    [301, 'POST', 'GET', false],
    [302, 'POST', 'GET', false],
    [303, 'POST', 'GET', false],
    [307, 'POST', 'POST', true],
    [308, 'POST', 'POST', true],
    [301, 'PUT', 'PUT', true],
    [302, 'PUT', 'PUT', true],
    [303, 'PUT', 'GET', false],
    [307, 'PUT', 'PUT', true],
    [308, 'PUT', 'PUT', true],
  ]
  it.each(cases)('U-17 after %d a %s is a %s (with the body: %s)', (status, method, next, has) => {
    const hop = follow(status, { hop: { ...form, method } })
    expect(hop).toMatchObject({ method: next, hasBody: has, redirects: 1 })
  })

  it.each([301, 302, 303, 307, 308])('U-17 after %d a GET or HEAD stays as it is', (status) => {
    for (const method of ['GET', 'HEAD']) {
      const hop = { ...form, method, hasBody: false, redirects: 3 }
      expect(follow(status, { hop })).toMatchObject({ method, hasBody: false, redirects: 4 })
    }
  })
})

describe('with which header', () => {
  const header = {
    'X-Own': '1',
    AUTHORIZATION: 'secret',
    cookie: 'secret',
    'Proxy-authorization': 'secret',
    'content-encoding': 'gzip',
    'Content-Language': 'zh',
    'CONTENT-MD5': 'x',
    Digest: 'x',
    'Last-Modified': 'x',
    Referer: 'https://servicewechat.com/',
  }
  const names = (statusCode: number, location: string): string[] =>
    Object.keys(follow(statusCode, { hop: { ...form, header }, location })?.header ?? {})
  const secrets = ['AUTHORIZATION', 'cookie', 'Proxy-authorization']
  const ofTheBody = [
    'content-encoding',
    'Content-Language',
    'CONTENT-MD5',
    'Digest',
    'Last-Modified',
  ]

  it.each([307, 308])('U-17 after %d to the same origin, the same', (statusCode) => {
    expect(names(statusCode, '/next')).toEqual(Object.keys(header))
    expect(names(statusCode, 'https://a.example:443/next')).toEqual(Object.keys(header))
  })

  it.each([
    'https://b.example/',
    'https://a.example:8443/',
    'http://a.example/',
    '//a.example.:1/',
  ])('U-17 to another origin, %s, without what tells who is asking', (location) => {
    for (const statusCode of [301, 302, 303, 307, 308]) {
      expect(names(statusCode, location)).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/authorization|cookie/i)]),
      )
      expect(names(statusCode, location)).toEqual(expect.arrayContaining(['X-Own', 'Referer']))
    }
    expect(names(307, location)).toEqual(
      Object.keys(header).filter((name) => !secrets.includes(name)),
    )
  })

  it.each([301, 302, 303])('U-17 after %d without what tells of the body', (statusCode) => {
    expect(names(statusCode, '/next')).toEqual(
      Object.keys(header).filter((name) => !ofTheBody.includes(name)),
    )
  })

  it('U-17 what was left out does not come back on the way home', () => {
    const away = follow(307, { hop: { ...form, header }, location: 'https://b.example/' })
    const home = away && follow(307, { hop: away, location: 'https://a.example/' })
    expect(Object.keys(home?.header ?? {})).not.toContain('AUTHORIZATION')
  })
})

describe('how many', () => {
  it('U-17 twenty are followed, the next fails: errno 600008', () => {
    let hop: Hop = form
    for (let count = 1; count <= 20; count += 1) {
      hop = follow(307, { hop, location: hop.url.href }) ?? hop
      expect(hop.redirects).toBe(count)
    }
    expect(() => follow(307, { hop })).toThrow(
      expect.objectContaining({
        code: 'redirects',
        errno: 600008,
        message: 'network reach the max redirect count',
      }),
    )
    expect(follow(200, { hop })).toBeUndefined()
  })
})

describe('whatever is answered', () => {
  const anyLocation = oneof(webUrl(), webPath(), string({ unit: 'binary' }))
  const headers = dictionary(
    constantFrom('Authorization', 'cookie', 'Content-Language', 'X-A'),
    string(),
  )

  it('U-17 a body never follows a GET, and no secret leaves its origin', () => {
    assert(
      property(
        constantFrom('GET', 'POST', 'PUT'),
        headers,
        array(tuple(integer({ min: 300, max: 310 }), anyLocation), { maxLength: 25 }),
        (method, header, answers) => {
          let hop: Hop = { ...form, method, header, hasBody: method !== 'GET' }
          let hasLeft = false
          for (const [statusCode, location] of answers) {
            let next: Hop | undefined
            try {
              next = followRedirect(hop, { statusCode, locations: [location] }, rules)
            } catch (error) {
              expect(error).toBeInstanceOf(UploadError)
              return
            }
            if (next === undefined) return
            hasLeft ||= next.url.origin !== hop.url.origin
            if (hasLeft) expect(Object.keys(next.header).join()).not.toMatch(/auth|cookie/i)
            if (next.method === 'GET') expect(next.hasBody).toBe(false)
            else expect(next).toMatchObject({ method: hop.method, hasBody: true })
            expect(next.redirects).toBe(hop.redirects + 1)
            expect(next.redirects).toBeLessThanOrEqual(20)
            hop = next
          }
        },
      ),
    )
  })
})
