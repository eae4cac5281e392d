import { randomBytes } from 'node:crypto'
import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

let pendingNames = 0

/** Whose half-done uploads a folder below `.incoming` holds. */
export interface Owner {
  readonly host: string
  readonly pid: number
}

/** The name of this process's folder below `.incoming`: `<host>-<pid>-<random>`. */
export function createOwnerName(): string {
  return `${hostName()}-${process.pid}-${randomBytes(6).toString('hex')}`
}

/** A name below the folder of this process that it has not used yet. */
export function createPendingName(): string {
  pendingNames += 1
  return String(pendingNames)
}

/** The owner of a folder; undefined for a name that {@link createOwnerName} did not make. */
export function parseOwnerName(name: string): Owner | undefined {
  const [, host, pid] = /^(.+)-(\d+)-[0-9a-f]{12}$/.exec(name) ?? []
  return host === undefined || pid === undefined ? undefined : { host, pid: Number(pid) }
}

/** Takes the path of a half-done upload below `.incoming` apart; undefined for what is none. */
export function parsePlace(place: string): { owner: string; pending: string } | undefined {
  const [, owner, pending] = /^([\w.]+-\d+-[0-9a-f]{12})\/(\d+)$/.exec(place) ?? []
  return owner === undefined || pending === undefined ? undefined : { owner, pending }
}

/** Whether this process can tell by the process id whether the owner lives. */
export function isOnThisHost(owner: Owner): boolean {
  return owner.host === hostName()
}

function hostName(): string {
  return `${hostname().replace(/[^A-Za-z0-9.]/g, '_')}${processNamespace()}`
}

// Two containers that share a host's name, and a volume, each have a process 1: ids mean something in one namespace only.
function processNamespace(): string {
  try {
    return `.${readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')}`
  } catch {
    return ''
  }
}
