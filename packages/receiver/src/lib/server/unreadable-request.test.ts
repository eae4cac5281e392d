import { createServer } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { silentLog } from '../http/receiver-log.ts'
import { listen } from '../receiver.fixture.ts'
import { refuseUnreadable } from './unreadable-request.ts'

it.each([
  ['HPE_HEADER_OVERFLOW', '413 Payload Too Large', 'limit-exceeded', 'larger than 16384 bytes'],
  ['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout', 'too-slow', 'longer than 30 s'],
  ['HPE_INVALID_METHOD', '400 Bad Request', 'malformed', 'not HTTP (HPE_INVALID_METHOD)'],
])(
  'R-03 what Node.js cannot read is answered by what is wrong: %s',
  async (code, status, type, detail) => {
    const server = createServer().on('connection', (socket) =>
      refuseUnreadable(Object.assign(new Error('of Node.js'), { code }), {
        socket,
        log: silentLog,
      }),
    )
    const answer = await text(connect(await listen(server), '127.0.0.1'))
    expect(answer).toContain(`HTTP/1.1 ${status}\r\n`)
    expect(answer).toContain(`"type":"urn:wx-upload:problem:${type}"`)
    expect(answer).toContain(detail)
    expect(answer).not.toContain('of Node.js')
  },
)
