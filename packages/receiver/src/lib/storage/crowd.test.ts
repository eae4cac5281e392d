import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Crowd } from './crowd.ts'

describe('Crowd', () => {
  it('is empty for one who comes when the one before is over', async () => {
    const crowd = new Crowd()
    for (let count = 0; count < 5; count += 1) {
      crowd.enter()()
      await setImmediate()
    }
    expect(crowd.size).toBe(0)
  })

  it('has those who come in one turn, though each is over before the next is begun', () => {
    const crowd = new Crowd()
    crowd.enter()()
    crowd.enter()()
    crowd.enter()()
    expect(crowd.size).toBe(2)
  })

  it('counts one who is over several times once', async () => {
    const crowd = new Crowd()
    const leave = crowd.enter()
    crowd.enter()
    leave()
    leave()
    await setImmediate()
    leave()
    await setImmediate()
    crowd.enter()
    expect(crowd.size).toBe(1)
  })

  it('is forgotten when they come one by one again', async () => {
    const crowd = new Crowd()
    const leave = Array.from({ length: 11 }, () => crowd.enter())
    expect(crowd.size).toBe(10)
    for (const one of leave) one()
    await setImmediate()
    const sizes: number[] = []
    for (let count = 0; count < 16; count += 1) {
      crowd.enter()()
      await setImmediate()
      sizes.push(crowd.size)
    }
    // A pause in a crowd changes little.
    expect(sizes[0]).toBe(9)
    expect(sizes.at(-1)).toBeLessThan(2)
  })
})
