import { expect, it } from 'vitest'
import { createWx } from '../../node.ts'
import { startRawServer } from './raw-server.fixture.ts'
import { upload } from './upload.fixture.ts'

// /proc says 0 of files that have content.
it('U-16 an upload of a file whose size is not that of its content fails, and no whole body is sent', async () => {
  const server = await startRawServer()
  const result = await upload(createWx(), { url: server.url, filePath: '/proc/self/status' })
  expect(result).toMatchObject({ errMsg: 'uploadFile:fail file changed during upload' })
  for (const { bodyBytes, contentLength } of server.exchanges) {
    expect(bodyBytes).toBeLessThan(contentLength)
  }
})
