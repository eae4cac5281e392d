import type { ConformanceHost, FileContent, UploadOption } from './conformance-host.ts'
import type { Places, Plan, Seen, SeenPart, SeenRequest } from './server-protocol.ts'
import { expectThat, Unmet } from './unmet.ts'
import { WatchedUpload } from './watched-upload.ts'

/** Asks the server; resolves with the text of its answer. */
export type FetchText = (url: string) => Promise<string>

export interface TrialSetup {
  readonly host: ConformanceHost
  readonly places: Places
  readonly fetchText: FetchText
  /** How long to wait for what should come, in milliseconds. */
  readonly deadlineMs: number
}

/** An address that is met as planned, and what came to it. */
export interface Exchange {
  /** At the first origin of the server, or at another one. */
  urlAt(origin?: number): string
  readonly url: string
  /** What has come. */
  seen(): Promise<Seen>
  /** Waits until what has come is as it should be, and resolves with it. */
  until(isMet: (seen: Seen) => boolean, expected: string): Promise<Seen>
  /** Lets go of what is held. */
  release(): Promise<void>
}

const pollMs = 15
/** So many questions and answers later, what was on its way to or from the server has come: a busy machine is slow in both. */
const calmRounds = 12

const smallFile: FileContent = {
  bytes: Uint8Array.from([110, 111, 32, 112, 104, 111, 116, 111]),
  name: 'photo.jpg',
  type: 'image/jpeg',
}

let exchanges = 0

/** What a case does things with: files, addresses, uploads. */
export class Trial {
  readonly #setup: TrialSetup
  readonly #exchanges: Exchange[] = []

  constructor(setup: TrialSetup) {
    this.#setup = setup
  }

  /** Where nobody listens. */
  get closedUrl(): string {
    return `${this.#setup.places.closed}/upload`
  }

  /** Makes a file for the host. Resolves with its path. */
  file(file: Partial<FileContent> = {}): Promise<string> {
    return this.#setup.host.tempFile({ ...smallFile, ...file })
  }

  /** Makes a path whose file is gone. */
  goneFile(): Promise<string> {
    return this.#setup.host.goneFile()
  }

  /** Calls the host as it is, with nothing added to the option. */
  callHost(option: UploadOption): unknown {
    // Some options are wrong on purpose.
    return this.#setup.host.uploadFile(option as never)
  }

  /** Begins an upload; what is not said of it is a small file under the name `file`. */
  async upload(option: UploadOption): Promise<WatchedUpload> {
    const filePath = 'filePath' in option ? {} : { filePath: await this.file() }
    return this.uploadExactly({ name: 'file', ...filePath, ...option })
  }

  /** Begins an upload with this option and nothing else. */
  uploadExactly(option: UploadOption): WatchedUpload {
    return new WatchedUpload((whole) => this.callHost(whole), {
      option,
      waitFor: (isMet, expected) => this.waitFor(isMet, expected),
    })
  }

  /** An address of the server's that is met as planned. */
  exchange(plan: Plan): Exchange {
    const { places, fetchText } = this.#setup
    exchanges += 1
    const id = `${Date.now().toString(36)}-${exchanges}`
    const query = `plan=${encodeURIComponent(JSON.stringify(plan))}`
    const [first = ''] = places.origins
    const urlAt = (origin = 0): string => `${places.origins[origin] ?? first}/upload/${id}?${query}`
    const seen = async (): Promise<Seen> =>
      JSON.parse(await fetchText(`${first}/seen/${id}`)) as Seen
    const exchange: Exchange = {
      urlAt,
      url: urlAt(),
      seen,
      until: async (isMet, expected) => {
        let last: Seen = { requests: [], mostAtOnce: 0 }
        await this.waitFor(async () => isMet((last = await seen())), expected)
        return last
      },
      release: async () => void (await fetchText(`${first}/release/${id}`)),
    }
    this.#exchanges.push(exchange)
    return exchange
  }

  /** Lets go of what is still held, so that nothing of this case is in the way of the next one. */
  async end(): Promise<void> {
    await Promise.all(this.#exchanges.map((exchange) => exchange.release()))
  }

  /** Uploads to a server that answers 200, and resolves with the request that came. */
  async send(option: UploadOption): Promise<SeenRequest> {
    const exchange = this.exchange({ does: 'answer' })
    const upload = await this.upload({ url: exchange.url, ...option })
    await upload.succeeded()
    const { requests } = await exchange.seen()
    const [request] = requests
    expectThat(request !== undefined && requests.length === 1, {
      expected: 'one request',
      found: `${requests.length} requests`,
    })
    return request
  }

  /** Waits until something is so. */
  async waitFor(isMet: () => boolean | Promise<boolean>, expected: string): Promise<void> {
    const endMs = Date.now() + this.#setup.deadlineMs
    while (!(await isMet())) {
      if (Date.now() > endMs) {
        throw new Unmet({ expected, found: `not within ${this.#setup.deadlineMs} ms` })
      }
      await sleep(pollMs)
    }
  }

  /** Waits until what came late would have come. */
  async calm(): Promise<void> {
    const { places, fetchText } = this.#setup
    for (let round = 0; round < calmRounds; round += 1) {
      await fetchText(`${places.origins[0] ?? ''}/places`)
      await sleep(pollMs)
    }
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** The value of a header of a request; undefined where it has none. */
export function headerOf({ header }: SeenRequest, name: string): string | undefined {
  return header.find(([each]) => each === name)?.[1]
}

/**
 * The parts of the form that came.
 *
 * @throws {Unmet} where it was none
 */
export function partsOf(request: SeenRequest): readonly SeenPart[] {
  const { parts } = request
  expectThat(parts !== undefined, {
    expected: 'a multipart/form-data body',
    found: `none; Content-Type is ${headerOf(request, 'content-type') ?? 'missing'}`,
  })
  return parts
}

/**
 * The part with that name.
 *
 * @throws {Unmet} where there is none
 */
export function partOf(request: SeenRequest, name: string): SeenPart {
  const parts = partsOf(request)
  const part = parts.find((each) => each.name === name)
  expectThat(part !== undefined, {
    expected: `a part named ${name}`,
    found: `parts named ${parts.map((each) => each.name).join(', ')}`,
  })
  return part
}
