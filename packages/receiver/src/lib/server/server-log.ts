import { pino, type Logger } from 'pino'

/** Where the server's log goes: lines for people, lines of JSON, nowhere, or a logger that the host has already. */
export type ServerLog = 'pretty' | 'json' | 'silent' | Logger

/** The logger of a server. `pretty` and `json` write to the standard output. */
export async function createServerLog(log: ServerLog): Promise<Logger> {
  switch (log) {
    case 'pretty': {
      // A server in production has no use for it.
      const { default: pretty } = await import('pino-pretty')
      return pino(
        pretty({
          colorize: process.stdout.isTTY,
          ignore: `pid,hostname,${requestKeys.join()}`,
          messageFormat: formatMessage,
          singleLine: true,
          // In this thread, so that the last line is out before the process ends.
          sync: true,
        }),
      )
    }
    case 'json':
      return pino()
    case 'silent':
      return pino({ enabled: false })
    default:
      return log
  }
}

/** What the line of an upload, or of a request that was refused, tells in words of its own. */
const requestKeys = [
  'requestId',
  'outcome',
  'id',
  'files',
  'bytes',
  'durationMs',
  'remoteAddress',
  'method',
  'path',
  'detail',
]

function formatMessage(line: Record<string, unknown>, messageKey: string): string {
  const message = String(line[messageKey])
  if (line['outcome'] === undefined) return message
  const found =
    line['id'] !== undefined
      ? `${String(line['id'])}: ${String(line['bytes'])} bytes in ${line['files'] === 1 ? '1 file' : `${String(line['files'])} files`}`
      : String(line['detail'])
  const what =
    line['durationMs'] !== undefined
      ? `${String(line['durationMs'])} ms`
      : [line['method'], line['path']].filter((part) => part !== undefined).join(' ')
  const context = [what, `from ${String(line['remoteAddress'])}`].filter((part) => part !== '')
  return escapeControls(`${message} ${String(line['outcome'])}, ${found} (${context.join(', ')})`)
}

/** What a client sent may be quoted in a detail, and must not move or recolour what a terminal shows. */
function escapeControls(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
