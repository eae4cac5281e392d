import {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
  type Metric,
  type RegistryContentType,
} from 'prom-client'
import type { ReceiverObserver } from '../http/receiver-observer.ts'
import { problemCodes } from '../problem/errors.ts'
import type { Storage } from '../storage/storage.ts'
import { createMeasuredStorage } from './measured-storage.ts'

/** Options of {@link createMetrics}. */
export interface MetricsOptions {
  /** Tells how many connections are open. Without it, there is no such metric. */
  readonly connections?: () => number
}

/** What is exposed to a scraper. */
export interface Exposition {
  /** The value of the answer's Content-Type. */
  readonly contentType: string
  readonly text: string
}

/** The numbers of one receiver. */
export interface Metrics {
  /** What counts uploads, bytes and listeners: the `observer` of `createReceiver`. */
  readonly observer: ReceiverObserver
  /** The same storage, with its calls measured: the `storage` of `createReceiver`. */
  measureStorage(storage: Storage): Storage
  /**
   * All numbers, with those of the process: as OpenMetrics 1.0 where the `Accept` header of the request names it, else in
   * the text format of Prometheus.
   */
  render(accept?: string): Promise<Exposition>
  /** prom-client's registry of what is counted here, without those of the process: for a host that has metrics of its own. */
  readonly registry: Registry
}

const uploadBuckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800]
const storageBuckets = [0.001, 0.0025, 0.01, 0.025, 0.1, 0.25, 1, 2.5, 10]

/** Makes the metrics of one receiver; nothing of them is shared with another one. */
export function createMetrics({ connections }: MetricsOptions = {}): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const receivedBytes = new Counter({
    name: 'wx_upload_received_bytes_total',
    help: 'Bytes of upload bodies that have come.',
    registers,
  })
  const servedBytes = new Counter({
    name: 'wx_upload_served_bytes_total',
    help: 'Bytes of stored files that have been sent.',
    registers,
  })
  const uploads = new Counter({
    name: 'wx_upload_uploads_total',
    help: 'Uploads that have ended: stored, repeated, or the code of the problem they were answered with.',
    labelNames: ['outcome'],
    registers,
  })
  // What has not happened is 0, so that its first time is an increase.
  for (const outcome of ['stored', 'repeated', ...problemCodes]) uploads.inc({ outcome }, 0)
  const durations = new Histogram({
    name: 'wx_upload_duration_seconds',
    help: 'Time from the head of an upload to its answer, of uploads that were stored.',
    buckets: uploadBuckets,
    registers,
  })
  const expired = new Counter({
    name: 'wx_upload_expired_uploads_total',
    help: 'Uploads that were removed as their time was over.',
    registers,
  })
  const underWay = new Gauge({
    name: 'wx_upload_uploads_in_flight',
    help: 'Uploads under way.',
    registers,
  })
  const listeners = new Gauge({
    name: 'wx_upload_event_listeners',
    help: 'Listeners of GET /events.',
    registers,
  })
  const storageCalls = new Histogram({
    name: 'wx_upload_storage_operation_duration_seconds',
    help: 'Time that a call of the storage took, whether it succeeded or not.',
    labelNames: ['operation'],
    buckets: storageBuckets,
    registers,
  })
  const storageErrors = new Counter({
    name: 'wx_upload_storage_errors_total',
    help: 'Calls of the storage that failed, by the code of the problem.',
    labelNames: ['operation', 'code'],
    registers,
  })
  if (connections !== undefined) {
    const open = new Gauge({
      name: 'wx_upload_connections',
      help: 'Connections that are open.',
      registers: [],
      collect() {
        this.set(connections())
      },
    })
    registry.registerMetric(open)
  }
  const ofProcess = processRegistry()

  return {
    registry,
    observer: {
      onReceivedBytes: (sizeBytes) => receivedBytes.inc(sizeBytes),
      onServedBytes: (sizeBytes) => servedBytes.inc(sizeBytes),
      onUnderWay: (count) => underWay.set(count),
      onListeners: (count) => listeners.set(count),
      onExpired: () => expired.inc(),
      onUploadEnd({ outcome, durationMs }) {
        uploads.inc({ outcome })
        if (outcome === 'stored') durations.observe(durationMs / 1000)
      },
    },
    measureStorage: (storage) =>
      createMeasuredStorage(storage, {
        onCall: (operation, durationMs) => storageCalls.observe({ operation }, durationMs / 1000),
        onError: (operation, code) => storageErrors.inc({ operation, code }),
      }),
    render: (accept = '') => render([registry, ofProcess], accept),
  }
}

async function render(registries: readonly Registry[], accept: string): Promise<Exposition> {
  const rendered = new Registry<RegistryContentType>()
  if (accept.includes('application/openmetrics-text'))
    rendered.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  for (const metric of registries.flatMap((registry) => registry.getMetricsAsArray())) {
    // To show a counter as OpenMetrics, prom-client renames it for good: what it renames is not the counter itself.
    const shown: Metric = Object.create(metric)
    rendered.registerMetric(shown)
  }
  return { contentType: rendered.contentType, text: await rendered.metrics() }
}

let processMetrics: Registry | undefined

/** What is true of the process, whatever runs in it: one for all, as prom-client never stops to gather it. */
function processRegistry(): Registry {
  if (processMetrics === undefined) {
    processMetrics = new Registry()
    collectDefaultMetrics({ register: processMetrics })
    // Gauges that are named as counters are; those without the ending tell as much.
    for (const what of ['handles', 'requests', 'resources'])
      processMetrics.removeSingleMetric(`nodejs_active_${what}_total`)
  }
  return processMetrics
}
