import { once } from 'node:events'
import {
  createServer,
  type Listening,
  type ServerOptions,
  type UploadServer,
} from '@wx-upload/receiver/server'
import { CliError } from './errors.ts'
import { explainListenError } from './listen-error.ts'
import { exitCodeOf } from './exit-codes.ts'
import { createInterruption } from './interruption.ts'
import { openBucket, openFolder } from './open-storage.ts'
import { announce } from './serve-notice.ts'
import { readSecrets, type ServeSecretOptions } from './serve-secrets.ts'
import { findServeTls, type ServeTlsOptions } from './serve-tls.ts'
import type { StorageUrl } from './storage-url.ts'

/** The options of `wx-upload serve`, parsed. */
export interface ServeOptions extends ServeTlsOptions, ServeSecretOptions {
  /** The bucket that uploads go to instead of a folder. */
  readonly storage?: StorageUrl
  readonly port: number
  /** Where clients find it, when a proxy is in between. */
  readonly publicUrl?: string
  /** In bytes. */
  readonly maxFileSize: number
  /** Uploads at once. */
  readonly maxUploads: number
  /** Milliseconds for which uploads are kept; for ever without it. */
  readonly keep?: number
  /** Any where it is not given. */
  readonly allowTypes?: readonly string[]
  /** Of a folder. */
  readonly durability: 'fsync' | 'none'
  readonly log: 'pretty' | 'json'
  /** Where the metrics are served; beside everything else without it. */
  readonly metricsPort?: number
  /** The server's host without it. */
  readonly metricsHost?: string
  /** In milliseconds. */
  readonly grace: number
  /** In milliseconds. */
  readonly drain: number
}

// An end that comes sooner needs no words.
const silentStopMs = 500

const defaultFolder = 'uploads'

/** Runs the server until a signal stops it. Returns the exit code. */
export async function serve(folder: string | undefined, options: ServeOptions): Promise<number> {
  if (folder !== undefined && options.storage !== undefined) {
    throw new CliError(
      'usage',
      `uploads go to a folder or to a bucket: leave out ${folder} or --storage`,
    )
  }
  const secrets = await readSecrets(options, process.env)
  const { storage, place } =
    options.storage === undefined
      ? await openFolder(folder ?? defaultFolder, options)
      : await openBucket(options.storage)
  const { tls, authorityFile, explain, follow } = await findServeTls(options)
  const server = await createServer({
    storage,
    log: options.log,
    // The number of files bounds the whole.
    limits: {
      fileSizeBytes: options.maxFileSize,
      totalSizeBytes: Infinity,
      concurrentUploads: options.maxUploads,
    },
    keepMs: options.keep ?? Infinity,
    ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl }),
    ...(options.allowTypes === undefined ? {} : { allowTypes: options.allowTypes }),
    ...secrets,
    ...(tls && { tls }),
    ...metricsPlace(options),
  }).catch((error: unknown) => {
    throw explain(error)
  })
  // Whoever reads that it listens may stop it at once.
  const interruption = createInterruption(() => void server.close({ graceMs: 0 }))
  const { port, metricsUrl } = await listen(server, options)
  announce(place, {
    host: options.host,
    port,
    isSecure: tls !== undefined,
    authorityFile,
    metricsUrl: options.metricsPort === undefined ? undefined : metricsUrl,
    hasTickets: secrets.ticketSecret !== undefined,
    hasAdmin: secrets.adminToken !== undefined,
  })
  follow(server, (message) => process.stderr.write(`The certificate stays as it is: ${message}\n`))
  if (!interruption.aborted) await once(interruption, 'abort')
  await stop(server, options)
  return exitCodeOf('ok')
}

function metricsPlace({ metricsPort, metricsHost, host }: ServeOptions): Partial<ServerOptions> {
  if (metricsPort !== undefined)
    return { metrics: { port: metricsPort, host: metricsHost ?? host } }
  if (metricsHost === undefined) return {}
  throw new CliError('usage', '--metrics-host is for a --metrics-port, and there is none')
}

/** What is under way may finish. */
async function stop(server: UploadServer, { grace, drain }: ServeOptions): Promise<void> {
  process.stderr.write('Stopping …\n')
  const longestSeconds = Math.ceil((drain + grace) / 1000)
  const notice = setTimeout(() => {
    process.stderr.write(
      `What is under way has ${longestSeconds} s to finish; another Ctrl-C ends it now.\n`,
    )
  }, silentStopMs)
  await server.close({ drainMs: drain, graceMs: grace })
  clearTimeout(notice)
}

async function listen(
  server: UploadServer,
  { port, host, metricsPort, metricsHost = host }: ServeOptions,
): Promise<Listening> {
  try {
    return await server.listen({ port, host })
  } catch (error) {
    const isMetrics = error instanceof Error && 'port' in error && error.port === metricsPort
    const where = isMetrics ? `${metricsHost}:${metricsPort}` : `${host}:${port}`
    const [found, advice] = explainListenError(
      error,
      isMetrics ? { prefix: '--metrics-' } : { prefix: '--', variable: 'PORT' },
    )
    throw new CliError('listen', `cannot listen on ${where} (${found}): ${advice}`, {
      cause: error,
    })
  }
}
