// @ts-check

/** What charts are written in, and the colours of what they show. */
const style = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .heading { font-weight: 600; }
  .faint { font-size: 11px; fill: #59636e; }
  .bar { fill: #afb8c1; }
  .ours { fill: #1a7f37; }
  .line { fill: none; stroke: #1a7f37; stroke-width: 2; }
  .grid { stroke: #d1d9e0; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .faint { fill: #9198a1; }
    .bar { fill: #484f58; }
    .ours { fill: #3fb950; }
    .line { stroke: #3fb950; }
    .grid { stroke: #3d444d; }
  }
`

/**
 * An SVG that follows the reader's colour scheme.
 *
 * @param {object} drawing
 * @param {number} drawing.width
 * @param {number} drawing.height
 * @param {string} drawing.title what it shows, in words.
 * @param {readonly string[]} drawing.parts
 */
export function formatSvg({ width, height, title, parts }) {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escapeText(title)}</title>`,
    `<style>${style}</style>`,
    ...parts,
    '</svg>\n',
  ].join('\n')
}

/** @param {string} text */
export function escapeText(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
