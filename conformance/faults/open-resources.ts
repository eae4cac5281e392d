import { readdirSync } from 'node:fs'

/** What this process holds. */
export interface OpenResources {
  /** What runs on files, sockets and names; a connection that nobody uses is none of it. */
  readonly active: Readonly<Record<string, number>>
  /** Open files and sockets; 0 on Windows, which does not tell. */
  readonly descriptors: number
}

export function openResources(): OpenResources {
  const active: Record<string, number> = {}
  for (const name of process.getActiveResourcesInfo()) {
    // Timers are the test runner's as well.
    if (/^(?:TCP|TLS|FSReq|GetAddrInfo)/.test(name)) active[name] = (active[name] ?? 0) + 1
  }
  return {
    active,
    descriptors: process.platform === 'win32' ? 0 : readdirSync('/dev/fd').length,
  }
}
