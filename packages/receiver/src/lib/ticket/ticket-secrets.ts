import { isKeyName, oneKey, secretBytes } from './ticket-format.ts'

/** What tickets are signed with: a secret, or several by name. */
export type TicketSecret = string | Readonly<Record<string, string>>

/** The secrets by name. Throws a TypeError or a RangeError for what is none, so that a typo is no hole. */
export function resolveSecrets(given: TicketSecret): ReadonlyMap<string, Buffer> {
  if (typeof given === 'string') {
    return new Map([[oneKey, secretBytes(given, 'ticketSecret')]])
  }
  if (typeof given !== 'object' || given === null || Object.keys(given).length === 0) {
    throw new TypeError('ticketSecret should be a string, or an object with a string for each name')
  }
  return new Map(
    Object.entries(given).map(([name, secret]) => {
      if (!isKeyName(name)) {
        throw new TypeError(
          `ticketSecret: the name ${JSON.stringify(name)} should be 1 to 64 of A-Z, a-z, 0-9, _ and -`,
        )
      }
      return [name, secretBytes(secret, `ticketSecret.${name}`)]
    }),
  )
}
