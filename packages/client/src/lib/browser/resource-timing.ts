import type { RequestProfile } from '../api.ts'

/** What the browser notes of the requests to a url while it is watched. */
export interface WatchedRequests {
  /** The profile of the request that has just ended, with what the browser knows of it. */
  addTo(profile: RequestProfile): RequestProfile
  stop(): void
}

/** Has the browser note how requests to a url go, also where the page's own list of them is full. [Resource Timing] [U-30] */
export function watchRequests(href: string): WatchedRequests {
  let last: PerformanceEntry | undefined
  function note(entries: PerformanceEntryList): void {
    last = entries.findLast(({ name }) => name === href) ?? last
  }
  const observer = new PerformanceObserver((list) => note(list.getEntries()))
  observer.observe({ type: 'resource' })
  return {
    addTo(profile) {
      // Those of which it has not been told yet.
      note(observer.takeRecords())
      const entry: Entry | undefined = last?.toJSON()
      // 0 where another origin's server does not allow to know it, by Timing-Allow-Origin.
      return entry?.requestStart ? addEntry(profile, entry) : profile
    },
    stop: () => observer.disconnect(),
  }
}

/** [Resource Timing §4.4] */
type Entry = Readonly<Record<string, unknown>>

function addEntry(profile: RequestProfile, entry: Entry): RequestProfile {
  const { connectStart, connectEnd, secureConnectionStart } = entry
  // The clock of an entry and the one that tells the day may have drifted apart.
  const originMs = Date.now() - performance.now()
  const times: [name: string, atMs: number][] = []
  for (const name of Object.keys(profile)) {
    // The platform spells some of the standard's names in its own way, and has one that it lacks.
    const ms =
      name === 'SSLconnectionEnd'
        ? secureConnectionStart && connectEnd
        : entry[name.replace('LookUp', 'Lookup').replace('SSLc', 'secureC')]
    if (typeof ms === 'number' && ms > 0) times.push([name, Math.round(originMs + ms)])
  }
  const timed: RequestProfile = { ...profile, ...Object.fromEntries(times) }
  return {
    ...timed,
    // The browser does not note it, and a busy page is told of it late.
    requestEnd: Math.min(timed.requestEnd, timed.responseEnd),
    socketReused: connectEnd === connectStart,
    protocol: String(entry.nextHopProtocol).replace('/', '').replace('h3', 'quic') || 'unknown',
  }
}
