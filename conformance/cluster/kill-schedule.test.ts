import { expect, it } from 'vitest'
import { type Death, KillSchedule, type Victim } from './kill-schedule.ts'

it('kills after so many uploads, and brings back after so many more', async () => {
  const { events, schedule } = plan([{ name: 'a', kind: 'store', after: 2, lasting: 2 }])
  expect(await upload(schedule, 1, events)).toEqual([])
  expect(await upload(schedule, 2, events)).toEqual(['a killed'])
  expect(await upload(schedule, 1, events)).toEqual(['a killed', 'a started'])
})

it('kills nothing while it starts, however long that takes, nor another of its kind', async () => {
  const { events, schedule, ready } = plan([
    { name: 'a', kind: 'store', after: 1, lasting: 1 },
    { name: 'a', kind: 'store', after: 3, lasting: 1 },
    { name: 'b', kind: 'store', after: 4, lasting: 1 },
    { name: 'c', kind: 'gateway', after: 5, lasting: 1 },
  ])
  const first = ['a killed', 'a started']
  expect(await upload(schedule, 5, events)).toEqual([...first, 'c killed'])
  ready('a')
  expect(await upload(schedule, 1, events)).toEqual([...first, 'c killed', 'a killed', 'c started'])
})

it('brings everything back at its end, what was not killed yet as well', async () => {
  const { events, schedule, ready } = plan([
    { name: 'a', kind: 'store', after: 1, lasting: 5 },
    { name: 'b', kind: 'store', after: 2, lasting: 5 },
  ])
  expect(await upload(schedule, 2, events)).toEqual(['a killed'])
  let isOver = false
  const end = schedule.finish().then(() => (isOver = true))
  await settle()
  expect(events).toEqual(['a killed', 'a started'])
  ready('a')
  await settle()
  expect(events).toEqual(['a killed', 'a started', 'b killed', 'b started'])
  expect(isOver).toBe(false)
  ready('b')
  await end
})

it('says at its end what did not come back', async () => {
  const broken: Victim = {
    kind: 'store',
    kill: async () => undefined,
    restart: () => Promise.reject(new Error('a does not start')),
  }
  const schedule = new KillSchedule([{ victim: broken, after: 1, lasting: 0 }])
  schedule.advance()
  await settle()
  await expect(schedule.finish()).rejects.toThrow('a does not start')
})

interface PlannedDeath {
  readonly name: string
  readonly kind: string
  readonly after: number
  readonly lasting: number
}

/** A schedule of victims that are not back before they are said to be. */
function plan(deaths: readonly PlannedDeath[]): {
  events: readonly string[]
  schedule: KillSchedule
  ready: (name: string) => void
} {
  const events: string[] = []
  const starting = new Map<string, () => void>()
  const victim = ({ name, kind }: PlannedDeath): Victim => ({
    kind,
    kill: async () => void events.push(`${name} killed`),
    restart: () => {
      events.push(`${name} started`)
      return new Promise((resolve) => starting.set(name, resolve))
    },
  })
  const planned = deaths.map((death): Death => ({ ...death, victim: victim(death) }))
  return { events, schedule: new KillSchedule(planned), ready: (name) => starting.get(name)?.() }
}

async function upload(
  schedule: KillSchedule,
  count: number,
  events: readonly string[],
): Promise<readonly string[]> {
  for (let i = 0; i < count; i += 1) {
    schedule.advance()
    await settle()
  }
  return [...events]
}

/** All that follows from promises has happened. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
