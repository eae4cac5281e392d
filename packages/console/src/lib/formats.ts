import type { Language } from './language.ts'

/** Numbers, sizes and times as a person reads them. */
export interface Formats {
  /** `1,234` */
  number(value: number): string
  /** `34%`; rounded down, so that 100 is all. */
  percent(fraction: number): string
  /** `1.2 MB` */
  bytes(value: number): string
  /** `1.2 MB/s` */
  rate(bytesPerSecond: number): string
  /** `2 min`, rounded so that it does not jump about. */
  duration(seconds: number): string
  /** `2 minutes ago` */
  ago(time: number, now: number): string
  /** Date and time to the second. */
  exact(time: number): string
}

const byteUnits = ['kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const
const agoUnits = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', 30],
  ['month', 12],
  ['year', Infinity],
] as const

/** The formats of a language. */
export function createFormats(language: Language): Formats {
  const tag = language === 'zh' ? 'zh-CN' : 'en'
  const numbers = new Intl.NumberFormat(tag)
  // Not by Math.floor, to which a hundred times 0.29 is less than 29.
  const percents = new Intl.NumberFormat(tag, { style: 'percent', roundingMode: 'floor' })
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' })
  const moments = new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'medium' })
  const unit = (name: string, digits: number): Intl.NumberFormat =>
    new Intl.NumberFormat(tag, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    })
  const byteFormats = byteUnits.map((name) => [unit(name, 0), unit(name, 1)] as const)
  const seconds = unit('second', 0)
  const minutes = unit('minute', 0)
  const hours = unit('hour', 0)

  function bytes(value: number): string {
    // Intl writes "512 byte".
    if (value < 999.5) return `${numbers.format(Math.round(value))} B`
    let size = value / 1000
    let step = 0
    while (size >= 999.5 && step < byteFormats.length - 1) {
      size /= 1000
      step += 1
    }
    // The length stays the same while the number grows: 9.8 MB, 12 MB would jump.
    return byteFormats[step]?.[size < 99.95 ? 1 : 0].format(size) ?? ''
  }

  function duration(value: number): string {
    const whole = Math.ceil(value)
    if (whole < 10) return seconds.format(Math.max(1, whole))
    // By fives, and by minutes from two on: to the second it would only pretend.
    if (whole <= 90) return seconds.format(Math.ceil(whole / 5) * 5)
    if (whole < 90 * 60) return minutes.format(Math.round(whole / 60))
    return hours.format(Math.round(whole / 3600))
  }

  function ago(time: number, now: number): string {
    let value = Math.max(0, now - time) / 1000
    if (value < 5) return relative.format(0, 'second')
    for (const [name, size] of agoUnits) {
      if (value < size - 0.5) return relative.format(-Math.round(value), name)
      value /= size
    }
    return moments.format(time)
  }

  return {
    number: (value) => numbers.format(value),
    percent: (fraction) => percents.format(fraction),
    bytes,
    rate: (bytesPerSecond) => `${bytes(bytesPerSecond)}/s`,
    duration,
    ago,
    exact: (time) => moments.format(time),
  }
}
