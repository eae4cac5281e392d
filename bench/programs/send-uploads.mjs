// @ts-check
// send-uploads URL COUNT AT-ONCE SIZE: uploads a file of random bytes so many times over so many connections, and prints what it
// counted of it as JSON.
import { percentile } from '../../scripts/lib/load/percentile.mjs'
import { KeptConnection } from '../../scripts/lib/load/kept-connection.mjs'
import { UploadRequests } from '../../scripts/lib/load/upload-request.mjs'

const [url = '', ...numbers] = process.argv.slice(2)
const [count = 1, atOnce = 1, sizeBytes = 0] = numbers.map(Number)
const address = new URL(url)
const requests = new UploadRequests({ host: address.host, sizeBytes, withKeys: false })
const connections = Array.from({ length: atOnce }, () => new KeptConnection(address))
await Promise.all(connections.map(({ opened }) => opened))

/** @type {number[]} */
const latenciesMs = []
let failed = 0
let begun = 0
const beganAt = performance.now()
await Promise.all(connections.map(sendInTurns))
const seconds = (performance.now() - beganAt) / 1000
for (const connection of connections) connection.close()
console.log(
  JSON.stringify({
    perSecond: latenciesMs.length / seconds,
    wallSeconds: seconds,
    p99Seconds: latenciesMs.length === 0 ? 0 : percentile(latenciesMs, 99) / 1000,
    failed,
  }),
)

/** @param {KeptConnection} connection */
async function sendInTurns(connection) {
  while (begun < count) {
    begun += 1
    const sentAt = performance.now()
    const answer = connection.nextAnswer()
    connection.write(requests.nextHead())
    connection.write(requests.body)
    const status = await answer
    if (status === '200') latenciesMs.push(performance.now() - sentAt)
    else failed += 1
  }
}
