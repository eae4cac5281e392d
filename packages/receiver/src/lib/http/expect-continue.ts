import type { Server } from 'node:http'

/**
 * Makes a server say `100 Continue` only when somebody begins to read the body, not before: a client that asks first
 * (`Expect: 100-continue`) hears of a refusal without having sent anything. For a `node:http` server that the receiver's
 * handler is mounted in, with any framework. Bodies must be read with `data` events or `pipe`, as all common parsers do.
 */
export function deferContinue(server: Server): void {
  server.on('checkContinue', (request, response) => {
    request.once('resume', () => {
      // A refused request is read as well, to drop it.
      if (!response.headersSent) response.writeContinue()
    })
    server.emit('request', request, response)
  })
}
