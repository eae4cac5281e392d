/** Something that can be killed and brought back. */
export interface Victim {
  /** What else does the same work. Of one kind only one is away at a time. */
  readonly kind: string
  kill(): Promise<void>
  /** Resolves when it does its work again, which may take as long as many uploads. */
  restart(): Promise<void>
}

/** One death: after how many uploads it comes, and after how many more its victim is brought back. */
export interface Death {
  readonly victim: Victim
  readonly after: number
  readonly lasting: number
}

/**
 * Kills and brings back as uploads are done, whatever the time. A death that is due while another of its kind is not over waits
 * for that: nothing is killed while it starts, and there is always somebody of the kind to go on.
 */
export class KillSchedule {
  readonly #deaths: Death[]
  /** By the kind of their victims: the ends of all deaths so far. */
  readonly #ends = new Map<string, Promise<void>>()
  readonly #waiting: { until: number; wake: () => void }[] = []
  #done = 0

  constructor(deaths: readonly Death[]) {
    this.#deaths = deaths.toSorted((a, b) => a.after - b.after)
  }

  /** Notes that one more upload is done. */
  advance(): void {
    this.#done += 1
    while ((this.#deaths[0]?.after ?? Infinity) <= this.#done) {
      const death = this.#deaths.shift()
      if (death !== undefined) this.#begin(death)
    }
    this.#wake()
  }

  /** Resolves when everything is back. */
  async finish(): Promise<void> {
    this.#done = Infinity
    this.#wake()
    await Promise.all(this.#ends.values())
  }

  #begin(death: Death): void {
    const { kind } = death.victim
    const end = this.#suffer(death, this.#ends.get(kind))
    // Whoever waits for all finds out.
    end.catch(() => undefined)
    this.#ends.set(kind, end)
  }

  async #suffer({ victim, lasting }: Death, previous?: Promise<void>): Promise<void> {
    await previous
    await victim.kill()
    await this.#reach(this.#done + lasting)
    await victim.restart()
  }

  /** Resolves when so many uploads are done, or all. */
  async #reach(until: number): Promise<void> {
    if (this.#done >= until) return
    await new Promise<void>((wake) => this.#waiting.push({ until, wake }))
  }

  #wake(): void {
    for (const { until, wake } of this.#waiting) if (until <= this.#done) wake()
  }
}
