const width = 960
const height = 640

/** A small picture to upload when a person has none at hand: it is drawn here. */
export async function drawSamplePicture(): Promise<File> {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d')
  if (context !== null) draw(context)
  const content = await new Promise<Blob | null>((resolve) =>
    canvas.toBlob(resolve, 'image/jpeg', 0.9),
  )
  // A browser that draws nothing, as some do to keep a person from being told apart, still has bytes to send.
  return new File([content ?? 'a picture'], 'sample.jpg', { type: 'image/jpeg' })
}

function draw(context: CanvasRenderingContext2D): void {
  const sky = context.createLinearGradient(0, 0, 0, height)
  sky.addColorStop(0, '#0f5f4a')
  sky.addColorStop(0.55, '#6fbf8f')
  sky.addColorStop(1, '#f6e3b4')
  context.fillStyle = sky
  context.fillRect(0, 0, width, height)

  context.fillStyle = '#fff6d8'
  context.beginPath()
  context.arc(680, 300, 62, 0, 2 * Math.PI)
  context.fill()

  drawHill(context, { top: 400, swing: 60, phase: 0.4, color: '#3f8f6d' })
  drawHill(context, { top: 470, swing: 48, phase: 2.1, color: '#22684e' })
  drawHill(context, { top: 550, swing: 36, phase: 4.2, color: '#0f4334' })
}

interface Hill {
  readonly top: number
  readonly swing: number
  readonly phase: number
  readonly color: string
}

function drawHill(context: CanvasRenderingContext2D, { top, swing, phase, color }: Hill): void {
  context.fillStyle = color
  context.beginPath()
  context.moveTo(0, height)
  for (let x = 0; x <= width; x += 8) {
    context.lineTo(x, top + swing * Math.sin(phase + x / 150) + (swing / 3) * Math.sin(x / 47))
  }
  context.lineTo(width, height)
  context.fill()
}
