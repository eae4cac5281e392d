const express = require('express')
const { createReceiver } = require('@wx-upload/receiver')
const { createDiskStorage } = require('@wx-upload/receiver/fs')

const app = express()
app.use('/files', createReceiver({ storage: createDiskStorage('uploads') }))
const server = app.listen(Number(process.env.PORT ?? 8787), '127.0.0.1', (error) => {
  if (error) throw error
  console.log('listening on', server.address().port)
})
