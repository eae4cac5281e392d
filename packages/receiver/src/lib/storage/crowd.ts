// With each newcomer: one who finds few others does not mean that there will be few beside the next.
const decay = 0.9

/** How many are under way together. */
export class Crowd {
  #underWay = 0
  #size = 0

  /** How many others there were beside one, at the most and of late. */
  get size(): number {
    return this.#size
  }

  /** One more is under way. Returns what is to be called when it is over, once or more often. */
  enter(): () => void {
    this.#size = Math.max(this.#underWay, this.#size * decay)
    this.#underWay += 1
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      // In a later turn: what is done in this thread is over before another that has come along with it is begun.
      setImmediate(() => (this.#underWay -= 1))
    }
  }
}
