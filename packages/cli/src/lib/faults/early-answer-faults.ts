import { formatWhole, say, sayAndReset, type Exchange } from './exchange.ts'
import {
  answered,
  type Fault,
  type FaultGroup,
  hidden,
  type Meet,
  type Outcome,
  reset,
} from './fault.ts'

/** [U-18] What a server does when it has answered before it has read the body. */
interface Sequel {
  readonly name: string
  readonly does: string
  readonly header?: readonly string[]
  readonly node: (answer: readonly Outcome[]) => readonly Outcome[]
  readonly browser: (answer: readonly Outcome[]) => readonly Outcome[]
  readonly meet: (response: Buffer) => Meet
}

const answers = [
  [200, '200 OK'],
  [401, '401 Unauthorized'],
  [413, '413 Content Too Large'],
] as const

const sequels: readonly Sequel[] = [
  {
    name: 'read-on',
    does: 'reads on',
    node: (answer) => answer,
    browser: (answer) => answer,
    meet: (response) => (exchange) => {
      exchange.req.resume()
      return say(response)(exchange)
    },
  },
  {
    name: 'read-no-more',
    does: 'reads no more',
    header: ['Connection: close'],
    node: (answer) => answer,
    // A browser that has more to send than the network takes sends on.
    browser: (answer) => [...answer, { errMsg: 'uploadFile:fail timeout' }],
    meet: (response) => say(response),
  },
  {
    name: 'close',
    does: 'closes',
    node: (answer) => answer,
    // The network may lose the answer to who goes on sending.
    browser: (answer) => [...answer, ...hidden],
    meet: (response) => closeAfter(response),
  },
  {
    name: 'reset',
    does: 'resets',
    // A reset throws away what has come before it and was not read yet.
    node: (answer) => [...answer, ...reset],
    browser: (answer) => [...answer, ...hidden],
    meet: (response) => sayAndReset(response),
  },
]

export const earlyAnswerFaults: FaultGroup = {
  title: 'Answers before the body is read',
  faults: answers.flatMap(([statusCode, status]) =>
    sequels.map((sequel): Fault => {
      const response = formatWhole(status, 'early', sequel.header)
      return {
        name: `early-${statusCode}-${sequel.name}`,
        does: `answers ${statusCode} to the headers and ${sequel.does}.`,
        node: sequel.node(answered(statusCode, 'early')),
        browser: sequel.browser(answered(statusCode, 'early')),
        at: 'path',
        meet: sequel.meet(response),
      }
    }),
  ),
}

function closeAfter(response: Buffer): Meet {
  return ({ socket }: Exchange) => void socket.write(response, () => socket.destroy())
}
