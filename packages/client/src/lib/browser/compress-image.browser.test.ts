import { expect, it } from 'vitest'
import { createRandom } from '../../seeded-random.fixture.ts'
import { compressImage } from './compress-image.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** A picture of noise, whose file gets smaller when it is written anew. */
async function draw(type: string): Promise<Bytes> {
  const pixels = new ImageData(200, 200)
  const random = createRandom(1)
  for (let at = 0; at < pixels.data.length; at += 1) {
    pixels.data[at] = at % 4 === 3 ? 255 : random() * 255
  }
  const canvas = new OffscreenCanvas(200, 200)
  canvas.getContext('2d')?.putImageData(pixels, 0, 0)
  const content = await canvas.convertToBlob({ type, quality: 0.98 })
  return new Uint8Array(await content.arrayBuffer())
}

const latin1 = new TextDecoder('latin1')

/** [PNG §11.3.6] The picture, with the chunk in it that makes an animation of it. No decoder is asked about its checksum. */
async function animatedPng(): Promise<Bytes> {
  const still = await draw('image/png')
  const control = new Uint8Array(20)
  control.set([0, 0, 0, 8, ...new TextEncoder().encode('acTL'), 0, 0, 0, 1])
  new DataView(control.buffer).setUint32(16, 0x13_21_4f_55)
  const at = latin1.decode(still).indexOf('IDAT') - 4
  return concat(still.subarray(0, at), control, still.subarray(at))
}

/** [WebP container] The picture twice, as the frames of an animation. */
async function animatedWebp(): Promise<Bytes> {
  const still = await draw('image/webp')
  const [at = 0] = [...latin1.decode(still).matchAll(/VP8[ L]/g)].map(({ index }) => index)
  const side = [199, 0, 0]
  const duration = [100, 0, 0]
  const frame = chunk(
    'ANMF',
    concat(bytes(0, 0, 0, 0, 0, 0, ...side, ...side, ...duration, 0), still.subarray(at)),
  )
  const header = chunk('VP8X', bytes(2, 0, 0, 0, ...side, ...side))
  const body = concat(header, chunk('ANIM', bytes(0, 0, 0, 0, 0, 0)), frame, frame)
  return chunk('RIFF', concat(new TextEncoder().encode('WEBP'), body))
}

function chunk(name: string, content: Bytes): Bytes {
  const size = new Uint8Array(4)
  new DataView(size.buffer).setUint32(0, content.length, true)
  return concat(
    new TextEncoder().encode(name),
    size,
    content,
    bytes(...(content.length % 2 ? [0] : [])),
  )
}

function bytes(...values: number[]): Bytes {
  return new Uint8Array(values)
}

function concat(...parts: Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

it.each([
  ['image/png', animatedPng],
  ['image/webp', animatedWebp],
])(
  'U-27 an animation stays what it is, where a picture would get smaller: %s',
  async (type, make) => {
    const animation = new File([await make()], 'moving', { type })
    expect((await createImageBitmap(animation)).width).toBe(200)
    expect(await compressImage(animation)).toBe(animation)
  },
)

it('U-27 a picture that gets smaller is written anew, and keeps its name', async () => {
  const picture = new File([await draw('image/webp')], 'still.webp', { type: 'image/webp' })
  const compressed = await compressImage(picture)
  expect(compressed.size).toBeLessThan(picture.size)
  expect([compressed.name, compressed.type]).toEqual(['still.webp', 'image/webp'])
})
