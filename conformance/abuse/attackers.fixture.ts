import { connect, type Socket } from 'node:net'

/** Something that goes on until it is stopped. */
export interface Attack {
  /** What came back, as far as anybody looked. */
  answers(): readonly string[]
  /** Connections that are open. */
  open(): number
  stop(): void
}

/** What one attacker does with its connection, again and again. Its answer is how many milliseconds it waits. */
export type Behaviour = (socket: Socket, turn: number) => number

/**
 * Keeps so many connections busy: each behaves until the server closes it, and then comes again after `againMs`.
 */
export function attack(
  port: number,
  {
    connections,
    behave,
    againMs = 50,
  }: { connections: number; behave: Behaviour; againMs?: number | undefined },
): Attack {
  const sockets = new Set<Socket>()
  const answers: string[] = []
  let isStopped = false
  for (let count = 0; count < connections; count += 1) come()

  function come(): void {
    if (isStopped) return
    const socket = connect(port, '127.0.0.1')
    let turn = 0
    let timer: NodeJS.Timeout | undefined
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      if (answers.length < 1000) answers.push(chunk.toString('latin1'))
    })
    socket.on('connect', act)
    socket.on('close', () => {
      sockets.delete(socket)
      clearTimeout(timer)
      if (!isStopped) setTimeout(come, againMs)
    })

    function act(): void {
      if (isStopped || socket.destroyed) return
      const waitMs = behave(socket, turn)
      turn += 1
      if (socket.writableNeedDrain) socket.once('drain', act)
      else timer = setTimeout(act, waitMs)
    }
  }

  return {
    answers: () => answers,
    open: () => sockets.size,
    stop() {
      isStopped = true
      for (const socket of sockets) socket.destroy()
    },
  }
}
