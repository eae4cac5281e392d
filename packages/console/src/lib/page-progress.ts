import { formats } from './page-text.ts'

/** How far the page's uploads have come; undefined while there are none under way. */
export type PageProgress = { readonly fraction: number; readonly title: string } | undefined

const siteName = 'wx-upload'
const sidePx = 64

/** Shows the progress where the page is one tab of many: in its title and its icon. */
export function createPageProgress(): (progress: PageProgress) => void {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
  const ownIcon = link?.href
  let shownPercent: number | undefined
  return (progress) => {
    document.title =
      progress === undefined
        ? siteName
        : `${formats.percent(progress.fraction)} · ${progress.title} · ${siteName}`
    const percent = progress && Math.floor(progress.fraction * 50) * 2
    if (percent === shownPercent || link === null || ownIcon === undefined) return
    shownPercent = percent
    link.href = percent === undefined ? ownIcon : drawRing(percent / 100)
  }
}

/** A ring that closes, as the address of a picture. */
function drawRing(fraction: number): string {
  const canvas = document.createElement('canvas')
  canvas.width = sidePx
  canvas.height = sidePx
  const context = canvas.getContext('2d')
  if (context === null) return ''
  const ring = (from: number, to: number, color: string): void => {
    context.beginPath()
    context.arc(sidePx / 2, sidePx / 2, sidePx / 2 - 7, from, to)
    context.strokeStyle = color
    context.stroke()
  }
  context.lineWidth = 12
  context.lineCap = 'round'
  ring(0, 2 * Math.PI, '#8a948e66')
  if (fraction > 0) ring(-Math.PI / 2, (2 * fraction - 0.5) * Math.PI, '#12a150')
  return canvas.toDataURL()
}
