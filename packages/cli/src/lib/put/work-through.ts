/** How a sequence is worked through. */
export interface WorkOptions<Item> {
  /** How much is worked on at once. */
  readonly concurrency: number
  /** When it aborts, no more work begins. */
  readonly signal: AbortSignal
  readonly work: (item: Item, index: number) => Promise<void>
  /** Called for each item whose turn does not come. */
  readonly leave: (item: Item) => Promise<void>
}

/**
 * Works through a sequence to its end, so much at once, and holds no more of it than that.
 *
 * An error, of the sequence or of the work, ends it as an abort does, and is thrown when what has begun is over.
 */
export async function workThrough<Item>(
  items: AsyncGenerator<Item>,
  { concurrency, signal, work, leave }: WorkOptions<Item>,
): Promise<void> {
  let begun = 0
  let isOver = false

  async function takeTurns(): Promise<void> {
    for (;;) {
      const { done, value } = await items.next()
      if (done === true) return
      if (signal.aborted || isOver) await leave(value)
      else await work(value, begun++)
    }
  }
  async function worker(): Promise<void> {
    try {
      await takeTurns()
    } finally {
      // By an error, or at the end of the sequence, when there is nothing left to begin.
      isOver = true
    }
  }
  const workers = Array.from({ length: concurrency }, worker)
  await Promise.allSettled(workers)
  // What was opened for it is closed.
  await items.return(undefined)
  await Promise.all(workers)
}
