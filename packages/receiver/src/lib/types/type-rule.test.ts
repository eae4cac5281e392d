import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { detectContent, headSizeBytes } from './detect-content.ts'
import { extensionOf } from './known-types.ts'
import { isMediaRange } from './media-range.ts'
import { samples, zipOf } from './samples.fixture.ts'
import { findWrongClaim, findWrongContent } from './type-rule.ts'

const images = ['image/*']

/** What is wrong with a file; undefined where it is allowed. */
async function findWrong(
  [name, content, type]: readonly [string, string | Uint8Array, string?],
  ranges: readonly string[],
): Promise<string | undefined> {
  const claim = { name, type }
  const head = Buffer.from(content).subarray(0, headSizeBytes)
  return findWrongClaim(claim, ranges) ?? findWrongContent(await detectContent(head), claim, ranges)
}

describe('allowed types', () => {
  it.each([
    ['a PNG', ['photo.png', samples.png, 'image/png'], images],
    ['a PNG that is called a JPEG', ['photo.jpg', samples.png, 'image/jpeg'], images],
    ['a name in upper case', ['PHOTO.PNG', samples.png, 'IMAGE/PNG'], images],
    ['a list in upper case', ['photo.png', samples.png], ['Image/PNG']],
    ['a name without an extension', ['photo', samples.png, 'image/png'], images],
    [
      'a Content-Type that says nothing',
      ['photo.png', samples.png, 'application/octet-stream'],
      images,
    ],
    ['a Content-Type with parameters', ['a.txt', 'a', 'text/plain; charset=utf-8'], ['text/plain']],
    ['the other name of JPEG', ['photo.jpg', samples.jpeg, 'image/jpg'], ['image/jpeg']],
    ['the other name of WAV', ['a.wav', samples.wav, 'audio/wav'], ['audio/x-wav', 'audio/wav']],
    ['an animated PNG', ['photo.png', samples.apng], ['image/png']],
    ['a PDF', ['a.pdf', '%PDF-1.7\n', 'application/pdf'], ['application/pdf']],
    ['an SVG', ['a.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>'], images],
    [
      'an SVG behind a declaration, a comment and a document type',
      ['a.svg', '\ufeff<?xml version="1.0"?>\n<!-- a --><!DOCTYPE svg PUBLIC "" "">\n<svg/>'],
      ['image/svg+xml'],
    ],
    ['HTML', ['a.html', '<!DOCTYPE html><p>'], ['text/html']],
    ['text', ['a.txt', '你好'], ['text/plain']],
    ['text in GBK', ['a.csv', Buffer.from([0xc4, 0xe3, 0xba, 0xc3, 0x2c, 0x31])], ['text/csv']],
    ['text in UTF-16', ['a.csv', Buffer.from('\ufeffa,b', 'utf16le')], ['text/csv']],
    ['text of a kind', ['a.md', '# a'], ['text/*']],
    ['JSON', ['a.json', '{"a":1}'], ['application/json']],
    ['text without an extension', ['README', 'a'], ['text/plain']],
    ['an empty text', ['a.txt', ''], ['text/plain']],
    ['an office document', ['a.docx', zipOf('word/document.xml', '<w/>')], [docx()]],
    ['an archive', ['a.zip', zipOf('a.txt', 'a')], ['application/zip']],
    ['sound in the container of a video', ['a.m4a', samples.mp4, 'audio/mp4'], ['audio/*']],
    ['bytes that nobody knows', ['a.bin', Buffer.from([0, 1, 2])], ['application/octet-stream']],
    ['a type that no bytes tell', ['a.pcx', Buffer.from([0, 1, 2])], ['image/vnd.zbrush.pcx']],
  ] as const)('let in %s', async (_what, file, ranges) => {
    expect(await findWrong(file, ranges)).toBeUndefined()
  })

  it.each([
    ['a PNG called .exe', ['photo.exe', samples.png], images, 'its name ends in ".exe"'],
    ['a PNG called .php', ['photo.png.php', samples.png], images, 'its name ends in ".php"'],
    [
      'an extension that nobody knows',
      ['a.xyzzy', samples.png],
      images,
      'its name ends in ".xyzzy"',
    ],
    ['a dot at the end', ['a.php. .', samples.png], images, 'its name ends in ".php"'],
    [
      'a name that is all extension',
      ['.htaccess', samples.png],
      images,
      'its name ends in ".htaccess"',
    ],
    [
      'a folder called like an image',
      ['a.png/b.php', samples.png],
      images,
      'its name ends in ".php"',
    ],
    [
      'a mark that turns the name around',
      ['a.php\u202e', samples.png],
      images,
      'its name ends in ".php\u202e"',
    ],
    [
      'another Content-Type',
      ['a.png', samples.png, 'text/html'],
      images,
      'its Content-Type is "text/html"',
    ],
    [
      'a program called .png',
      ['photo.png', samples.exe],
      images,
      'its content is application/x-msdownload',
    ],
    ['HTML called .jpg', ['photo.jpg', '\n <HTML><script>'], images, 'its content is text/html'],
    ['a script in a comment', ['a.jpg', '<!-- --><script>'], images, 'its content is text/html'],
    [
      'HTML in UTF-16',
      ['a.txt', Buffer.from('\ufeff<html>', 'utf16le')],
      ['text/plain'],
      'its content is text/html',
    ],
    ['HTML called .txt', ['a.txt', '<html>'], ['text/plain'], 'its content is text/html'],
    ['text called .jpg', ['photo.jpg', 'a text'], images, 'its content is text'],
    [
      'text called .jpg where text is let in too',
      ['photo.jpg', 'a text'],
      ['image/jpeg', 'text/plain'],
      'its content is text',
    ],
    ['text called .svg', ['a.svg', 'a text'], images, 'its content is text'],
    ['an empty image', ['photo.jpg', ''], images, 'its content is text'],
    [
      'the beginning of a PNG',
      ['a.png', samples.png.subarray(0, 8)],
      images,
      'its content is of no known type',
    ],
    [
      'bytes called .svg',
      ['a.svg', Buffer.from([1, 2])],
      ['image/svg+xml'],
      'its content is of no known type',
    ],
    [
      'bytes called .txt',
      ['a.txt', Buffer.from([1, 2])],
      ['text/plain'],
      'its content is of no known type',
    ],
    [
      'bytes of an image without a magic',
      ['a.pcx', Buffer.from([1, 2])],
      images,
      'its content is of no known type',
    ],
    [
      'a PDF called .bin',
      ['a.bin', '%PDF-1.7\n'],
      ['application/octet-stream'],
      'its content is application/pdf',
    ],
    [
      'an archive called .png',
      ['a.png', zipOf('a', 'a')],
      images,
      'its content is application/zip',
    ],
    [
      'an SVG among photographs',
      ['a.svg', '<svg/>'],
      ['image/png', 'image/jpeg'],
      'its name ends in ".svg"',
    ],
  ] as const)('keep out %s', async (_what, file, ranges, found) => {
    expect(await findWrong(file, ranges)).toBe(found)
  })

  it('take a file that is two things at once for what it begins with', async () => {
    const gifar = Buffer.concat([samples.gif, zipOf('A.class', 'code')])
    expect(await findWrong(['a.gif', gifar], images)).toBeUndefined()
    expect(await findWrong(['a.jar', gifar], images)).toBe('its name ends in ".jar"')
    expect(await findWrong(['a.jar', gifar], ['application/java-archive'])).toBe(
      'its content is image/gif',
    )
  })

  it('are checked of whatever a file begins with', async () => {
    const beginning = fc.constantFrom(...Object.values(samples), Buffer.from('<?xml '))
    await fc.assert(
      fc.asyncProperty(beginning, fc.uint8Array({ maxLength: 300 }), fc.nat(40), async (...cut) => {
        const [begin, rest, length] = cut
        const content = await detectContent(Buffer.concat([begin.subarray(0, length), rest]))
        expect(['format', 'text', 'unknown']).toContain(content.kind)
      }),
      { numRuns: 500 },
    )
  })
})

describe('extensionOf', () => {
  it.each([
    ['a.png', 'png'],
    ['a.tar.GZ', 'gz'],
    ['a', undefined],
    ['', undefined],
    ['...', undefined],
    ['a\\b.png', 'png'],
    ['a.b/c', undefined],
  ])('finds in %j the extension %j', (name, extension) => {
    expect(extensionOf(name)).toBe(extension)
  })
})

describe('isMediaRange', () => {
  it('takes types and kinds, and nothing else', () => {
    for (const range of ['image/png', 'image/*', 'application/vnd.a+b', 'Text/PLAIN']) {
      expect([range, isMediaRange(range)]).toEqual([range, true])
    }
    for (const other of [
      '*/*',
      '*',
      'image',
      'image/',
      '/png',
      'image/p*',
      'a/b; c=d',
      ' a/b',
      1,
      '',
    ]) {
      expect([other, isMediaRange(other)]).toEqual([other, false])
    }
  })
})

function docx(): string {
  return 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
}
