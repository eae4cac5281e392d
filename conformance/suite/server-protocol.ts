/**
 * What the cases and their server tell each other. The server is anything that keeps to this:
 *
 * - `POST /upload/{id}?plan={JSON of a Plan}` is met as the plan says, and recorded under the id;
 * - `GET /seen/{id}` answers with a {@link Seen};
 * - `GET /release/{id}` lets go of all that is held under the id, now and from now on;
 * - `GET /places` answers with the {@link Places}.
 */

/** What the server does with an upload. */
export interface Plan {
  /**
   * - `answer`: answers when all has come;
   * - `answer-early`: answers when the head of the request has come, and reads on;
   * - `hold`: reads all, and answers when it is released;
   * - `hold-body`: answers with the headers and one character, and with the rest of the body when it is released;
   * - `cut`: says a longer Content-Length than it sends, and closes;
   * - `cut-chunks`: closes before the last chunk;
   * - `reset`: reads all and resets the connection;
   * - `redirect`: 307 to the same address, which answers.
   */
  readonly does:
    | 'answer'
    | 'answer-early'
    | 'hold'
    | 'hold-body'
    | 'cut'
    | 'cut-chunks'
    | 'reset'
    | 'redirect'
  /** Default 200. */
  readonly status?: number
  readonly header?: readonly (readonly [name: string, value: string])[]
  /** Text, sent as UTF-8. Default `ok`; nothing where the status allows none. */
  readonly body?: string
}

/** The addresses of the server. */
export interface Places {
  /** Three origins that are one server, as a browser opens six connections to an origin. */
  readonly origins: readonly string[]
  /** An origin where nobody listens. */
  readonly closed: string
}

/** What came under an id. */
export interface Seen {
  readonly requests: readonly SeenRequest[]
  /** The most requests that were there at once, whole and not answered. */
  readonly mostAtOnce: number
}

export interface SeenRequest {
  readonly method: string
  /** Names in lower case, in the order in which they came. */
  readonly header: readonly (readonly [name: string, value: string])[]
  /** Bytes of the body so far. */
  readonly bodyBytes: number
  /** Whether the whole request has come. */
  readonly isWhole: boolean
  /** Whether the client closed the connection before it was answered. */
  readonly isAbandoned: boolean
  /** The parts of the form, once it is whole; undefined where the body is none. */
  readonly parts?: readonly SeenPart[]
}

/** A part of a form. */
export interface SeenPart {
  /** Its header, as it came, read as UTF-8. */
  readonly head: string
  readonly name: string
  readonly fileName?: string
  readonly type?: string
  readonly sizeBytes: number
  /** CRC-32 of its content. */
  readonly crc32: number
  /** Its content read as UTF-8, where it is shorter than 64 KiB. */
  readonly text?: string
}
