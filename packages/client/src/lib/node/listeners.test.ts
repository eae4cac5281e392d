import { afterEach, expect, it, vi } from 'vitest'
import { createWx } from '../../node.ts'
import { startRawServer } from './raw-server.fixture.ts'
import { createTempFile } from './temp-folder.fixture.ts'
import { upload } from './upload.fixture.ts'

afterEach(() => void vi.restoreAllMocks())

it('U-29 twenty tries leave nothing behind that Node.js warns of', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0)
  const warnings: Error[] = []
  const onWarning = (warning: Error): void => void warnings.push(warning)
  process.on('warning', onWarning)
  const server = await startRawServer({
    onWhole: ({ socket }) => socket.end('HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n'),
  })
  const filePath = await createTempFile('x')
  const result = await upload(createWx(), { url: server.url, filePath, retry: 19 })
  process.off('warning', onWarning)
  expect(result).toMatchObject({ statusCode: 503 })
  expect(server.exchanges).toHaveLength(20)
  expect(warnings).toEqual([])
})

it('U-19 U-31 twenty uploads at once leave nothing behind that Node.js warns of', async () => {
  const warnings: Error[] = []
  const onWarning = (warning: Error): void => void warnings.push(warning)
  process.on('warning', onWarning)
  const server = await startRawServer()
  const filePath = await createTempFile('x')
  const wx = createWx({ maxConcurrent: 20 })
  await Promise.all(Array.from({ length: 20 }, () => upload(wx, { url: server.url, filePath })))
  process.off('warning', onWarning)
  expect(warnings).toEqual([])
})
