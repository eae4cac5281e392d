import { createServer } from 'node:http'
import { createReceiver } from '@wx-upload/receiver'
import { createDiskStorage } from '@wx-upload/receiver/fs'

const receiver = createReceiver({
  storage: createDiskStorage('uploads'),
  limits: { fileSizeBytes: 50_000_000 },
})
const server = createServer(receiver)
server.listen(Number(process.env.PORT ?? 8787), '127.0.0.1', () => console.log('listening on', server.address().port))
