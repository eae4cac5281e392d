import { open } from 'node:fs/promises'
import http from 'node:http'

const bufferBytes = 1024 * 1024

/** `node:http` with nothing around it: one buffer is read while the other is written. */
export async function upload({ url, file }, onProgress) {
  const handle = await open(file)
  const { size } = await handle.stat()
  const boundary = 'wx-upload-bench'
  const head = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\nContent-Type: application/octet-stream\r\n\r\n`,
  )
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`)
  const request = http.request(url, {
    method: 'POST',
    agent: http.globalAgent,
    headers: {
      'Content-Type': `multipart/form-data; boundary=${boundary}`,
      'Content-Length': head.length + size + tail.length,
    },
  })
  const answered = new Promise((resolve, reject) => {
    request.on('error', reject)
    request.on('response', (response) => response.resume().on('end', resolve))
  })
  const buffers = [0, 1].map(() => Buffer.allocUnsafe(Math.min(bufferBytes, size)))
  request.write(head)
  let reading = handle.read(buffers[0])
  for (let sent = 0, turn = 0; sent < size; turn += 1) {
    const { bytesRead } = await reading
    const isLast = sent + bytesRead >= size
    if (!isLast) reading = handle.read(buffers[(turn + 1) % 2])
    await new Promise((resolve) => {
      request.write(buffers[turn % 2].subarray(0, bytesRead), resolve)
      if (isLast) request.end(tail)
    })
    sent += bytesRead
    onProgress(sent)
  }
  await handle.close()
  await answered
}
