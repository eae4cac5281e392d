/** What a script does that runs where it should not: it asks the server that it came from for this. */
export const trace = '/somebody-was-here'

const script = `fetch('${trace}'); new Image().src = '${trace}'`

/** A file that somebody uploads so that it runs in the browser of whoever looks at it. */
export interface HostileFile {
  readonly name: string
  readonly type: string
  readonly content: string | Uint8Array<ArrayBuffer>
}

const jpegHead = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0x2f, 0x2a])

/** A JPEG whose head is an identifier and the beginning of a comment to a browser that takes it for JavaScript. */
function jpegAndScript(): Uint8Array<ArrayBuffer> {
  const rest = new TextEncoder().encode(`*/=1;${script};/*`)
  const bytes = new Uint8Array(jpegHead.length + rest.length)
  bytes.set(jpegHead)
  bytes.set(rest, jpegHead.length)
  return bytes
}

const html = `<!doctype html><script>${script}</script><img src=x onerror="${script}"><iframe srcdoc="<script>${script}</script>"></iframe>`
const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="${script}"><script>${script}</script></svg>`
const xhtml = `<html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script>${script}</script></head><body/></html>`
const stylesheet = `<xsl:stylesheet id="s" version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"><html><script>${script}</script></html></xsl:template></xsl:stylesheet>`
const xslt = `<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="#s"?><!DOCTYPE d [<!ATTLIST xsl:stylesheet id ID #REQUIRED>]><d>${stylesheet}</d>`
const mhtml = `MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n${html}\r\n--b--\r\n`
const pdf = `%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.launchURL\\('${trace}'\\))>>/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>`

/** Files that are opened. */
export const documents: readonly HostileFile[] = [
  { name: 'page.html', type: 'text/html', content: html },
  { name: 'page.html', type: 'text/html; charset=utf-7', content: html },
  { name: 'page.html', type: 'image/png', content: html },
  { name: 'page.html', type: 'text/plain', content: html },
  { name: 'page.html', type: 'application/json', content: html },
  { name: 'page.html', type: 'video/mp4', content: html },
  { name: 'page.html', type: 'image/png, text/html', content: html },
  { name: 'page', type: '', content: html },
  { name: 'picture.svg', type: 'image/svg+xml', content: svg },
  { name: 'picture.svg', type: 'image/png', content: svg },
  { name: 'picture.svg', type: 'IMAGE/SVG+XML;x=y', content: svg },
  { name: 'page.xhtml', type: 'application/xhtml+xml', content: xhtml },
  { name: 'page.xml', type: 'text/xml', content: xhtml },
  { name: 'page.xml', type: 'application/rdf+xml', content: xhtml },
  { name: 'sheet.xml', type: 'application/xml', content: xslt },
  { name: 'page.mht', type: 'multipart/related; boundary=b', content: mhtml },
  { name: 'page.mhtml', type: 'message/rfc822', content: mhtml },
  { name: 'paper.pdf', type: 'application/pdf', content: pdf },
  { name: 'paper.pdf', type: 'text/html', content: `${pdf}${html}` },
  { name: 'picture.jpg', type: 'image/jpeg', content: jpegAndScript() },
]

/** Files that pages are given as a script, a worker or a style sheet. */
export const scripts: readonly HostileFile[] = [
  { name: 'code.js', type: 'text/javascript', content: script },
  { name: 'code.js', type: 'application/json', content: script },
  { name: 'code.js', type: 'text/plain', content: script },
  { name: 'code.js', type: 'image/png', content: script },
  { name: 'code.js', type: 'audio/mpeg', content: script },
  { name: 'code.mjs', type: '', content: script },
  { name: 'picture.gif', type: 'image/gif', content: `GIF89a=1;${script}` },
  { name: 'picture.jpg', type: 'image/jpeg', content: jpegAndScript() },
  { name: 'style.css', type: 'text/css', content: `body { background: url(${trace}) }` },
  { name: 'style.css', type: 'text/plain', content: `body { background: url(${trace}) }` },
]
