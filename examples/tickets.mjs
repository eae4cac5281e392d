import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { wx } from '@wx-upload/client'
import { createReceiver } from '@wx-upload/receiver'
import { createDiskStorage } from '@wx-upload/receiver/fs'
import { createTicket } from '@wx-upload/receiver/ticket'

// Your back end and the receiver have it, and nobody else.
const secret = process.env.WX_UPLOAD_TICKET_SECRET ?? randomBytes(32).toString('base64')
const users = new Map([['session-of-ming', 'ming']])

const receiver = createServer(
  createReceiver({ storage: createDiskStorage('uploads'), ticketSecret: secret }),
)

// Your back end knows its users, and says what each of them may upload.
const backEnd = createServer((request, response) => {
  const user = users.get(request.headers.authorization)
  if (user === undefined) {
    response.writeHead(401).end()
    return
  }
  const ticket = createTicket(secret, {
    expiresInSeconds: 60,
    maxFileSize: 10_000_000,
    maxFiles: 1,
    types: ['image/*'],
    fields: { user },
    singleUse: true,
  })
  response.end(JSON.stringify({ ticket, user }))
})

const listen = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const urlOf = (server) => `http://127.0.0.1:${server.address().port}`
await Promise.all([receiver, backEnd].map(listen))

// The mini-program; there it is wx.request that asks for the ticket.
const asked = await fetch(urlOf(backEnd), { headers: { Authorization: 'session-of-ming' } })
const { ticket, user } = await asked.json()
const upload = (formData) =>
  new Promise((resolve) =>
    wx.uploadFile({
      url: `${urlOf(receiver)}/upload`,
      filePath: 'photo.jpg',
      name: 'file',
      formData,
      complete: resolve,
    }),
  )

for (const formData of [
  { user }, // 401: no ticket
  { user: 'hong', ticket }, // 403: it is for another user
  { user, ticket }, // 200
  { user, ticket }, // 403: it has been used
]) {
  const { statusCode, data } = await upload(formData)
  console.log(statusCode, data)
}
receiver.close()
backEnd.close()
