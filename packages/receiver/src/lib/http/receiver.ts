import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { Activity } from '../activity/activity.ts'
import { Housekeeping } from '../housekeeping/housekeeping.ts'
import type { ReceiverError } from '../problem/errors.ts'
import { resolveLimits, type Limits } from '../receive/limits.ts'
import { declaredSize, receiveUpload, type ReceivedUpload } from '../receive/receive-upload.ts'
import { UploadPlaces } from '../receive/upload-places.ts'
import { WriteRoom } from '../receive/write-room.ts'
import type { Storage } from '../storage/storage.ts'
import { resolveSecrets, type TicketSecret } from '../ticket/ticket-secrets.ts'
import { createTypeRules } from '../types/allowed-types.ts'
import { createAdminAccess } from './admin-access.ts'
import { LiveEvents } from './live-events.ts'
import { logRefusal } from './log-refusal.ts'
import { turnOf } from './turn.ts'
import { sendProblem, toReceiverError } from './problem.ts'
import { Readiness } from './readiness.ts'
import { silentLog, type ReceiverLog } from './receiver-log.ts'
import type { ReceiverObserver } from './receiver-observer.ts'
import { requestIdOf } from './request-id.ts'
import { createRouter, type Exchange } from './router.ts'
import { sendJson } from './send-json.ts'
import { createStoredRoutes } from './stored-routes.ts'
import { Stopping, stoppingError, type CloseOptions } from './stopping.ts'
import { describeUpload, requestBase } from './upload-answer.ts'

/** Options of {@link createReceiver}. */
export interface ReceiverOptions {
  /** Where uploads are kept: `createDiskStorage(folder)`. */
  readonly storage: Storage
  /** What is given is changed, the rest stays at the defaults. Throws a TypeError for what is no limit. */
  readonly limits?: Partial<Limits>
  /**
   * Whether the SHA-256 of each file is computed while it arrives. Default `'sha256'`; with `'none'` it is null in
   * records and answers.
   */
  readonly checksum?: 'sha256' | 'none'
  /**
   * Media types, and kinds such as `image/*`, that files may be of: their content, as far as it tells, and their name and their
   * Content-Type as well. Default: any. Throws a TypeError for what is none.
   */
  readonly allowTypes?: readonly string[]
  /**
   * What tickets are signed with, at least 32 bytes of UTF-8, or several by name, while one takes the place of another. With it
   * every upload needs a ticket of `createTicket`, and all but files needs the `adminToken`. Default: none. Throws a TypeError or
   * a RangeError for what is no secret.
   */
  readonly ticketSecret?: TicketSecret
  /**
   * What a request needs, as `Authorization: Bearer …`, to list, read records, remove or listen to events: at least 32 bytes without
   * spaces. Default: none, and everybody may; with `ticketSecret`, nobody. Throws a TypeError or a RangeError for what is none.
   */
  readonly adminToken?: string
  /**
   * The absolute url at which clients reach the receiver, such as `https://files.example.com/in`; the urls of answers
   * begin with it. Default: from each request's own protocol and Host header, which is wrong behind a proxy.
   */
  readonly publicUrl?: string
  /**
   * The path that the receiver is mounted at, such as `/files`, in a host that leaves it in `request.url`. Default `''`;
   * Express takes the path off and needs none.
   */
  readonly basePath?: string
  /**
   * Milliseconds for which an upload is kept after it became visible; it is removed then, within an hour or so. Default
   * Infinity: for ever. Throws a RangeError for what is no time above 0.
   */
  readonly keepMs?: number
  /** Where to write one line an upload, and what fails or is refused. Default: nowhere. */
  readonly log?: ReceiverLog
  /** Who counts what is done; `createMetrics()` has one. Default: nobody. */
  readonly observer?: ReceiverObserver
}

/** The handler that {@link createReceiver} makes. */
export interface Receiver {
  (
    request: IncomingMessage | Http2ServerRequest,
    response: ServerResponse | Http2ServerResponse,
  ): void
  /**
   * [R-10] Resolves where an upload would be taken now. Rejects with the `ReceiverError` that says why not: it is stopping or
   * overloaded, or the storage cannot be used or has said nothing for 3 s. The storage is asked once a second at most.
   */
  check(): Promise<void>
  /**
   * [R-10] Asks clients to go elsewhere with their next request (`Connection: close`), and refuses nothing yet but
   * {@link check}: for the seconds in which a load balancer finds out.
   */
  drain(): void
  /**
   * [R-10] Takes no uploads any more; those that are being received, and files that are being sent, may finish within `graceMs`.
   * What has not finished then is ended: uploads hear 503, and nothing of them is left. Resolves when nothing is under way and
   * clients have had `lingerMs` to hear how it ended. Ends the streams of events at once. The other routes go on answering.
   */
  close(options?: CloseOptions): Promise<void>
}

/**
 * [R-11] The developer server as a plain handler for `node:http`, `node:http2`, Express and Fastify. Below the path it is mounted at:
 * `POST /upload`, `GET /uploads`, `GET` and `DELETE /uploads/:id`, `GET /uploads/:id/files/:n`, `GET /events`. The body must
 * not have been read by anything before.
 */
export function createReceiver(options: ReceiverOptions): Receiver {
  const { storage, checksum = 'sha256', keepMs = Infinity } = options
  const { log = silentLog, observer = {} } = options
  if (!(keepMs > 0)) throw new RangeError(`keepMs should be above 0 instead of ${keepMs}`)
  const limits = resolveLimits(options.limits)
  const typeRules = createTypeRules(options.allowTypes)
  const { ticketSecret, adminToken } = options
  const ticketSecrets = ticketSecret === undefined ? undefined : resolveSecrets(ticketSecret)
  const forAdmin = createAdminAccess({ adminToken, hasTickets: ticketSecrets !== undefined })
  const basePath = withoutLastSlash(options.basePath ?? '')
  const publicUrl =
    options.publicUrl === undefined ? undefined : withoutLastSlash(options.publicUrl)
  const stopping = new Stopping()
  const activity = new Activity()
  const places = new UploadPlaces(limits)
  const room = new WriteRoom()
  const events = new LiveEvents(activity, {
    maxListeners: limits.eventListeners,
    onListeners: (count) => observer.onListeners?.(count),
  })
  const readiness = new Readiness(storage, log)
  const unanswered = new Set<Promise<void>>()

  const stored = createStoredRoutes({
    storage,
    idleTimeMs: limits.idleTimeMs,
    log,
    baseOf,
    signal: stopping.signal,
    onRemoved: (id) => events.removed(id),
    onServedBytes: (sizeBytes) => observer.onServedBytes?.(sizeBytes),
  })
  const route = createRouter(basePath, {
    '/upload': { POST: postUpload },
    '/uploads': { GET: forAdmin(stored.list) },
    '/uploads/:id': { GET: forAdmin(stored.get), DELETE: forAdmin(stored.remove) },
    // [R-08] Who knows the address has been told it.
    '/uploads/:id/files/:n': { GET: (exchange) => finish(stored.getFile(exchange)) },
    '/events': { GET: forAdmin(getEvents) },
  })

  // What is wrong with the storage is said by the upload that meets it; here it is too early for anyone to hear.
  storage.open().catch((error: unknown) => logFailure(toReceiverError(error)))
  const housekeeping = new Housekeeping({
    storage,
    keepMs,
    log,
    onRemoved(id) {
      events.removed(id)
      observer.onExpired?.()
    },
  })

  function handle(...[sentRequest, sentResponse]: Parameters<Receiver>): void {
    // [R-01] HTTP/2's compatibility API has all that is used here.
    const request = sentRequest as IncomingMessage
    const response = sentResponse as ServerResponse
    // Before anything can fail: refusals carry it too.
    requestIdOf({ request, response })
    stopping.askToLeave({ request, response })
    void turnOf({ request, response })
      .then(() => route(request, response))
      .catch((thrown: unknown) => {
        const error = toReceiverError(thrown)
        logRefusal(log, error, { request, response })
        return refuse({ request, response }, error)
      })
  }

  async function refuse(
    exchange: Pick<Exchange, 'request' | 'response'>,
    error: ReceiverError,
  ): Promise<void> {
    if (error.status === 500 || (error.status > 500 && error.cause !== undefined))
      logFailure(error, requestIdOf(exchange))
    // A small body that came with the head has been parsed by then, and the connection can go on.
    await setImmediate()
    await sendProblem(exchange, error, limits)
  }

  // The cause alone: loggers write the messages of both as one.
  function logFailure(error: ReceiverError, requestId?: string): void {
    log.error({ requestId, err: error.cause ?? error }, error.message)
  }

  async function postUpload(exchange: Exchange): Promise<void> {
    await finish(answerUpload(exchange))
  }

  async function answerUpload(exchange: Exchange): Promise<void> {
    try {
      await takeUpload(exchange)
    } catch (error) {
      await refuse(exchange, toReceiverError(error))
    }
    await stopping.untilSent(exchange.response)
  }

  /** What `close()` waits for. */
  async function finish(answering: Promise<void>): Promise<void> {
    unanswered.add(answering)
    try {
      await answering
    } finally {
      unanswered.delete(answering)
    }
  }

  async function takeUpload({ request, response }: Exchange): Promise<void> {
    const startedAt = performance.now()
    // A connection that is gone has none.
    const { remoteAddress } = request.socket
    let received: ReceivedUpload | undefined
    let failure: ReceiverError | undefined
    try {
      received = await admit({ request, response })
      if (!received.isRepeated) events.stored(received.record)
      stopping.askToLeave({ request, response })
      sendJson(response, describeUpload(received.record, baseOf(request)), limits.idleTimeMs)
    } catch (error) {
      failure = toReceiverError(error)
      throw failure
    } finally {
      const outcome = failure?.code ?? (received?.isRepeated === true ? 'repeated' : 'stored')
      const durationMs = performance.now() - startedAt
      observer.onUploadEnd?.({ outcome, durationMs })
      log.info(
        {
          requestId: requestIdOf({ request, response }),
          outcome,
          id: received?.record.id,
          files: received?.record.files.length,
          bytes: received?.sizeBytes,
          durationMs: Math.round(durationMs),
          remoteAddress,
          detail: failure?.message,
        },
        'upload',
      )
    }
  }

  // [R-04]
  async function admit({
    request,
    response,
  }: Pick<Exchange, 'request' | 'response'>): Promise<ReceivedUpload> {
    if (stopping.isStopping) throw stoppingError('Receiving the upload')
    const place = places.take('Receiving the upload')
    const requestId = requestIdOf({ request, response })
    const upload = activity.begin(
      {
        requestId,
        expectedBytes: declaredSize(request) ?? null,
        startedAt: new Date().toISOString(),
        remoteAddress: request.socket.remoteAddress ?? null,
      },
      performance.now(),
    )
    observer.onUnderWay?.(activity.underWay)
    try {
      events.wake()
      return await receiveUpload(request, {
        storage,
        limits,
        checksum,
        typeRules,
        ticketSecrets,
        place,
        room,
        signal: stopping.signal,
        observer: {
          onBytes(sizeBytes) {
            upload.onBytes(sizeBytes)
            observer.onReceivedBytes?.(sizeBytes)
          },
          onFile: (sentName) => upload.onFile(sentName),
        },
        onLeftover: (error) =>
          log.warn({ requestId, err: error }, 'what is left of an upload could not be removed'),
      })
    } finally {
      upload.end()
      place.leave()
      observer.onUnderWay?.(activity.underWay)
    }
  }

  async function getEvents(exchange: Exchange): Promise<void> {
    events.listen(exchange, baseOf(exchange.request))
  }

  function baseOf(request: IncomingMessage): string {
    return publicUrl ?? requestBase(request) + basePath
  }

  async function check(): Promise<void> {
    if (stopping.isDraining) throw stoppingError('Taking uploads')
    places.check('Taking uploads')
    await readiness.check()
  }

  async function close(closeOptions: CloseOptions = {}): Promise<void> {
    stopping.begin(closeOptions)
    events.close()
    const houseKept = housekeeping.stop()
    await Promise.allSettled(unanswered)
    // Those that were refused meanwhile.
    await Promise.allSettled(unanswered)
    await houseKept
    stopping.done()
  }

  return Object.assign(handle, { check, drain: () => stopping.drain(), close })
}

function withoutLastSlash(text: string): string {
  return text.replace(/\/+$/, '')
}
