// @ts-check
import { copyFileSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** Landscapes, each by the hue of its sky and of its hills, and the height of its sun. */
const landscapes = /** @type {const} */ ([
  { name: 'west-lake.jpg', sky: 205, hills: 160, sun: 0.3 },
  { name: 'sunrise.jpg', sky: 25, hills: 280, sun: 0.55 },
  { name: 'dunes.jpg', sky: 195, hills: 35, sun: 0.25 },
  { name: 'forest.jpg', sky: 90, hills: 130, sun: 0.4 },
  { name: 'night-market.jpg', sky: 245, hills: 320, sun: 0.35 },
  { name: 'terraces.jpg', sky: 50, hills: 100, sun: 0.2 },
])

/** Files without a picture, and their sizes in bytes. */
const others = {
  'invoice-2026-11.pdf': 184_320,
  'orders.csv': 48_213,
  'meeting.m4a': 6_210_000,
  'demo-recording.mp4': 18_400_000,
  'backup.tar.gz': 9_730_000,
  'app.json': 1284,
  '产品需求文档.docx': 862_400,
  'readme.md': 5120,
  'walkthrough.mp4': 31_200_000,
  'site-backup.zip': 14_800_000,
  '会议录音.m4a': 8_100_000,
  'slides.pdf': 5_600_000,
  'podcast-12.mp3': 17_300_000,
  'dataset.csv': 9_900_000,
  'kitchen.mov': 26_400_000,
  'app-release.apk': 21_000_000,
  'scan-0412.pdf': 3_300_000,
}

/** Photographs of a usual size: landscapes, with nothing behind them. */
const photographs = {
  'IMG_2041.jpg': 'west-lake.jpg',
  'IMG_2042.jpg': 'dunes.jpg',
  'IMG_2043.jpg': 'night-market.jpg',
  'IMG_2044.jpg': 'terraces.jpg',
}
const photographBytes = 5_400_000

/**
 * The sample files of the screenshots by name, made in a folder. The pictures are drawn by a page: the same ones every
 * time.
 *
 * @param {string} folder
 * @param {import('playwright').Page} page
 * @returns {Promise<(name: string) => string>} the path of the file of a name.
 */
export async function makeSampleFiles(folder, page) {
  mkdirSync(folder, { recursive: true })
  for (const landscape of landscapes) {
    const picture = await page.evaluate(drawLandscape, landscape)
    writeFileSync(path.join(folder, landscape.name), Buffer.from(picture, 'base64'))
  }
  for (const [name, size] of Object.entries(others)) {
    writeFileSync(path.join(folder, name), '')
    truncateSync(path.join(folder, name), size)
  }
  for (const [name, landscape] of Object.entries(photographs)) {
    copyFileSync(path.join(folder, landscape), path.join(folder, name))
    truncateSync(path.join(folder, name), photographBytes)
  }
  return (name) => path.join(folder, name)
}

/**
 * Draws hills before a sky; runs in a page.
 *
 * @param {{ sky: number, hills: number, sun: number }} landscape
 * @returns {Promise<string>} a JPEG in base64.
 */
async function drawLandscape({ sky, hills, sun }) {
  const canvas = new OffscreenCanvas(1200, 900)
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('this browser draws nothing')
  const air = context.createLinearGradient(0, 0, 0, 900)
  air.addColorStop(0, `hsl(${sky} 60% 62%)`)
  air.addColorStop(1, `hsl(${sky} 70% 90%)`)
  context.fillStyle = air
  context.fillRect(0, 0, 1200, 900)
  context.fillStyle = 'hsl(45 95% 92%)'
  context.beginPath()
  context.arc(780, 900 * sun, 95, 0, 2 * Math.PI)
  context.fill()
  for (let layer = 0; layer < 4; layer += 1) {
    context.fillStyle = `hsl(${hills} ${30 + layer * 6}% ${66 - layer * 13}%)`
    context.beginPath()
    context.moveTo(0, 900)
    for (let x = 0; x <= 1200; x += 20) {
      const wave = Math.sin(x / (210 - layer * 30) + layer * 2 + hills) * (70 - layer * 8)
      context.lineTo(x, 470 + layer * 110 + wave)
    }
    context.lineTo(1200, 900)
    context.fill()
  }
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 })
  const bytes = new Uint8Array(await blob.arrayBuffer())
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}
