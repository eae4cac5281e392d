export {
  createMetrics,
  type Exposition,
  type Metrics,
  type MetricsOptions,
} from './lib/metrics/metrics.ts'
