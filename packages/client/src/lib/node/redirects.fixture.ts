import { answerOk, type Exchange, type RawServerOptions } from './raw-server.fixture.ts'

/** An answer without a body; its fields are lines. */
export function answer(status: number, ...fields: string[]): string {
  return [`HTTP/1.1 ${status} Told`, ...fields, 'Content-Length: 0', '', ''].join('\r\n')
}

/** The path that was asked for. */
export const pathOf = ({ head }: Exchange): string => head.split(' ')[1] ?? ''

/** Answers `/upload` with this, anything else with 200 `ok`. */
export function answering(first: string, options: RawServerOptions = {}): RawServerOptions {
  return {
    ...options,
    onWhole: (exchange) => {
      if (pathOf(exchange) === '/upload') exchange.socket.write(first, 'latin1')
      else answerOk(exchange)
    },
  }
}
