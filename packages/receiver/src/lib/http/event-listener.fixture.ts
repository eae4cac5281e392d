import { onTestFinished } from 'vitest'
import type { ActivityState } from '../activity/activity.ts'

/** What events hold; a test reads what the event at hand has. */
export interface EventData extends ActivityState {
  readonly id: string
  readonly receivedAt: string
  readonly files: readonly { readonly url: string }[]
}

export interface HeardEvent {
  readonly name: string
  readonly data: EventData
}

/** A listener of `GET /events`: fields as lines, and an empty line after each event, as the HTML standard has them. */
export class EventListener {
  readonly events: HeardEvent[] = []
  /** Lines that belong to no event: comments, and `retry`. */
  readonly otherLines: string[] = []
  #name = ''
  #data = ''
  #rest = ''

  /** Takes more of the stream. */
  push(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#takeLine(line)
  }

  /** The data of all events of a name so far. */
  heard(name: string): EventData[] {
    return this.events.filter((event) => event.name === name).map(({ data }) => data)
  }

  /** The last state that it was told. */
  get state(): EventData | undefined {
    return this.heard('receiving').at(-1)
  }

  #takeLine(line: string): void {
    if (line.startsWith('event: ')) this.#name = line.slice(7)
    else if (line.startsWith('data: ')) this.#data = line.slice(6)
    else if (line !== '') this.otherLines.push(line)
    else if (this.#name !== '') {
      const data: EventData = JSON.parse(this.#data)
      this.events.push({ name: this.#name, data })
      this.#name = ''
    }
  }
}

/** A listener that has connected. */
export interface ConnectedListener {
  readonly listener: EventListener
  readonly response: Response
  /** Resolves when the server has ended the stream; rejects when it broke. */
  readonly ended: Promise<void>
  leave(): void
}

/** Listens to the events of a receiver, until the test has finished. */
export async function listenTo(url: string): Promise<ConnectedListener> {
  const controller = new AbortController()
  onTestFinished(() => controller.abort())
  const response = await fetch(`${url}/events`, { signal: controller.signal })
  const listener = new EventListener()
  const ended = readInto(listener, response)
  ended.catch(() => undefined)
  return { listener, response, ended, leave: () => controller.abort() }
}

async function readInto(listener: EventListener, response: Response): Promise<void> {
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    listener.push(decoder.decode(chunk, { stream: true }))
  }
}
