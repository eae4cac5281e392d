import {
  afterBody,
  afterSilentBody,
  continueHead,
  formatWhole,
  say,
  type Exchange,
} from './exchange.ts'
import { answered, type FaultGroup, netError, timeout } from './fault.ts'

const ok = formatWhole('200 OK', 'ok')
const interim = (status: string): string => `HTTP/1.1 ${status}\r\n\r\n`
const floodCount = 1000
const endlessIntervalMs = 20

export const interimFaults: FaultGroup = {
  title: 'Interim answers',
  faults: [
    {
      name: 'continue-unasked',
      does: 'says 100 Continue to everybody, twice.',
      node: answered(200, 'ok'),
      browser: answered(200, 'ok'),
      at: 'path',
      meet: (exchange) => {
        exchange.socket.write(continueHead.repeat(2))
        return afterSilentBody(say(ok))(exchange)
      },
    },
    {
      name: 'continue-late',
      does: 'says 100 Continue when all has come.',
      node: answered(200, 'ok'),
      browser: answered(200, 'ok'),
      at: 'path',
      meet: afterSilentBody(say(continueHead, ok)),
    },
    {
      name: 'early-hints',
      does: 'sends 103 Early Hints before the answer.',
      node: answered(200, 'ok'),
      browser: answered(200, 'ok'),
      at: 'path',
      meet: afterBody(say('HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n', ok)),
    },
    {
      name: 'processing-flood',
      does: 'sends 102 Processing a thousand times first.',
      node: answered(200, 'ok'),
      browser: answered(200, 'ok'),
      at: 'path',
      meet: afterBody(say(interim('102 Processing').repeat(floodCount), ok)),
    },
    {
      name: 'processing-for-ever',
      does: 'sends 102 Processing without end.',
      node: timeout,
      browser: timeout,
      at: 'path',
      meet: afterBody(processForEver),
    },
    {
      name: 'switch-protocols',
      does: 'switches to another protocol, unasked.',
      node: netError('-100:net::ERR_CONNECTION_CLOSED'),
      // A browser takes it for the head of an answer, and waits for the rest.
      browser: timeout,
      at: 'path',
      meet: afterBody(
        say('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n'),
      ),
    },
  ],
}

function processForEver({ socket }: Exchange): void {
  const timer = setInterval(() => socket.write(interim('102 Processing')), endlessIntervalMs)
  socket.once('close', () => clearInterval(timer))
}
