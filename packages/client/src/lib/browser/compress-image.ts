/** What can be written again in its own type, where it does not move. */
const types: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/webp'])

/** The longer side of a compressed image, in pixels. */
const maxSide = 2048

const quality = 0.8

/**
 * A smaller file of the same picture, with the same name and type, turned as its orientation says.
 *
 * The file itself, where it would not get smaller, is an animation, or cannot be decoded here.
 */
export async function compressImage(file: File): Promise<File> {
  if (!types.has(file.type)) return file
  try {
    if (await isAnimation(file)) return file
    const content = await encodeAnew(file)
    // A browser that cannot write the type writes PNG.
    if (content.type !== file.type || content.size >= file.size) return file
    return new File([content], file.name, { type: file.type, lastModified: file.lastModified })
  } catch {
    return file
  }
}

/** Whether a PNG or WebP file moves, which is said before its first picture. [PNG §11.3.6] [RFC 9649 §2.7] */
async function isAnimation(file: File): Promise<boolean> {
  const head = new TextDecoder('latin1').decode(await file.slice(0, 65_536).arrayBuffer())
  const [beforePicture = ''] = head.split('IDAT', 1)
  return file.type === 'image/webp'
    ? head.startsWith('VP8X', 12) && (head.charCodeAt(20) & 2) !== 0
    : file.type === 'image/png' && beforePicture.includes('acTL')
}

async function encodeAnew(file: File): Promise<Blob> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
  try {
    const scale = Math.min(1, maxSide / Math.max(bitmap.width, bitmap.height))
    const width = Math.max(1, Math.round(bitmap.width * scale))
    const height = Math.max(1, Math.round(bitmap.height * scale))
    const canvas = new OffscreenCanvas(width, height)
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, width, height)
    return await canvas.convertToBlob({ type: file.type, quality })
  } finally {
    bitmap.close()
  }
}
