import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFakeWx } from '@wx-upload/client/fake'

// A part of a mini-program: it says how an upload has gone, and asks again when the server is busy.
function uploadAvatar(wx, filePath, show) {
  const task = wx.uploadFile({
    url: 'https://example.com/avatar',
    filePath,
    name: 'avatar',
    retry: 1,
    success: ({ statusCode }) => show(statusCode === 200 ? 'done' : `refused: ${statusCode}`),
    fail: ({ errMsg }) => show(errMsg),
  })
  task.onProgressUpdate(({ progress }) => show(`${progress} %`))
}

test('it shows the progress, and that it is done', async () => {
  const wx = createFakeWx({ time: 'manual', answers: { durationMs: 2000 } })
  const shown = []
  uploadAvatar(wx, 'wxfile://tmp_me.jpg', (text) => shown.push(text))
  await wx.fake.advance(1000)
  assert.equal(shown.at(-1), '50 %')
  await wx.fake.advance(1000)
  assert.equal(shown.at(-1), 'done')
  assert.equal(wx.fake.calls[0].filePath, 'wxfile://tmp_me.jpg')
})

test('it asks again when the server is busy, and shows what happens then', async () => {
  const answers = [{ statusCode: 503 }, { errMsg: 'uploadFile:fail timeout' }]
  const wx = createFakeWx({ time: 'manual', answers })
  const shown = []
  uploadAvatar(wx, 'wxfile://tmp_me.jpg', (text) => shown.push(text))
  await wx.fake.advance(1000)
  assert.equal(wx.fake.requests.length, 2)
  assert.equal(shown.at(-1), 'uploadFile:fail timeout')
})
