/** Something that can be killed and brought back. */
export interface Victim {
  readonly name: string
  kill(): Promise<void>
  restart(): Promise<void>
}

/** One death: after how many uploads it comes, and after how many more its victim is back. */
export interface Death {
  readonly victim: Victim
  readonly after: number
  readonly lasting: number
}

/** Kills and brings back as uploads are done, whatever the time. */
export class KillSchedule {
  readonly #deaths: Death[]
  readonly #running: Promise<void>[] = []
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
      if (death !== undefined) this.#running.push(this.#suffer(death))
    }
    for (const { until, wake } of this.#waiting) if (until <= this.#done) wake()
  }

  /** Resolves when everything is back. */
  async finish(): Promise<void> {
    for (const { wake } of this.#waiting) wake()
    await Promise.all(this.#running)
  }

  async #suffer({ victim, after, lasting }: Death): Promise<void> {
    await victim.kill()
    await new Promise<void>((wake) => {
      this.#waiting.push({ until: after + lasting, wake })
      if (this.#done >= after + lasting) wake()
    })
    await victim.restart()
  }
}
