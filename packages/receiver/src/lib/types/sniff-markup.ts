interface Markup {
  readonly type: string
  readonly extension: string
}

const html: Markup = { type: 'text/html', extension: 'html' }
const svg: Markup = { type: 'image/svg+xml', extension: 'svg' }
const xml: Markup = { type: 'application/xml', extension: 'xml' }

// [WHATWG MIME Sniffing §7.1] What makes a browser take a document for HTML when nobody tells it what it is.
const htmlElement =
  /^<(?:html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[\s/>]/i
const htmlDoctype = /^<!doctype html[\s>]/i
const svgElement = /^<(?:[\w-]+:)?svg[\s/>]/i
const svgDoctype = /^<!doctype svg[\s>]/i

/**
 * The format of a text that begins with markup: HTML, SVG or XML; undefined for any other text. Comments, processing
 * instructions and a document type are looked past, to the first element.
 */
export function sniffMarkup(text: string): Markup | undefined {
  let rest = text.trimStart()
  let fallback: Markup | undefined
  for (;;) {
    if (htmlDoctype.test(rest) || htmlElement.test(rest)) return html
    if (svgDoctype.test(rest) || svgElement.test(rest)) return svg
    const opening = openings.find(({ begin }) => rest.startsWith(begin))
    if (opening === undefined) return fallback
    fallback ??= opening.means
    const end = rest.indexOf(opening.end, opening.begin.length)
    if (end === -1) return fallback
    rest = rest.slice(end + opening.end.length).trimStart()
  }
}

// What may come before the first element, and what a text is that begins with it and has no element that is known.
const openings = [
  { begin: '<!--', end: '-->', means: html },
  { begin: '<?', end: '?>', means: xml },
  { begin: '<!', end: '>', means: xml },
]
