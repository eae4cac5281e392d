/** Does something with every item, so many at once. Fails at the first failure, when what had begun is over. */
export async function forEach<T>(
  items: readonly T[],
  atOnce: number,
  action: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items]
  const workers = Array.from({ length: atOnce }, async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      try {
        await action(item)
      } catch (error) {
        waiting.length = 0
        throw error
      }
    }
  })
  await Promise.allSettled(workers)
  await Promise.all(workers)
}
