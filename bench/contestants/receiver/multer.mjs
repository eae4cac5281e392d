import { once } from 'node:events'
import express from 'express'
import multer from 'multer'

/** multer in Express. */
export async function start({ folder }) {
  const app = express()
  app.post('/upload', multer({ dest: folder }).any(), (_request, response) => {
    response.send('{}')
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server.address().port
}
