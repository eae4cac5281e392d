import { EventEmitter, once } from 'node:events'
import { expect, it } from 'vitest'
import { FewAtOnce } from './few-at-once.ts'

it('FewAtOnce runs some at a time, in order, whether they fail or not', async () => {
  const turns = new FewAtOnce(2)
  const ends = new EventEmitter()
  const begun: string[] = []
  const run = (name: string): Promise<string> =>
    turns.run(async () => {
      begun.push(name)
      const [failure] = await once(ends, name)
      if (failure !== undefined) throw failure
      return name
    })
  const [a, b, c, d] = [run('a'), run('b'), run('c'), run('d')]
  expect(begun).toEqual(['a', 'b'])
  ends.emit('b', new Error('no'))
  await expect(b).rejects.toThrow('no')
  expect(begun).toEqual(['a', 'b', 'c'])
  ends.emit('a')
  expect(await a).toBe('a')
  expect(begun).toEqual(['a', 'b', 'c', 'd'])
  ends.emit('c')
  ends.emit('d')
  expect(await Promise.all([c, d])).toEqual(['c', 'd'])
  expect(await turns.run(async () => 'more')).toBe('more')
})
