import type { PendingFile } from '../storage/storage.ts'
import { detectContent, headSizeBytes } from './detect-content.ts'
import { findWrongClaim, findWrongContent, type FileClaim } from './type-rule.ts'

/** Types that files may be of, and what it is to a client when one is not. */
export interface TypeRule {
  /** Media types, and kinds such as `image/*`. */
  readonly ranges: readonly string[]
  /** The failure; `found` is the end of a sentence. */
  readonly refuse: (found: string) => Error
}

/** A file whose type is to be checked. */
export interface CheckedFile {
  readonly claim: FileClaim
  readonly rules: readonly TypeRule[]
  readonly target: PendingFile
  /** Is told as soon as the content is known to be of no allowed type. */
  readonly onRefused: (error: unknown) => void
}

/**
 * Checks the type of one file while it arrives: its name and Content-Type at once, its content as soon as there is enough of it.
 * Nothing of the file is written before that.
 */
export class FileTypeCheck {
  /** The file, to be written to as if there were no check: it waits for the verdict. */
  readonly checked: PendingFile
  readonly #file: CheckedFile
  readonly #head = Buffer.alloc(headSizeBytes)
  #headSize = 0
  #headComplete: () => void = ignore
  #giveUp: (reason: Error) => void = ignore

  /** Throws the rule's failure where the name or the Content-Type is wrong. */
  constructor(file: CheckedFile) {
    const { claim, rules, target, onRefused } = file
    for (const { ranges, refuse } of rules) {
      const found = findWrongClaim(claim, ranges)
      if (found !== undefined) throw refuse(found)
    }
    this.#file = file
    const verdict = new Promise<void>((resolve, reject) => {
      this.#headComplete = resolve
      this.#giveUp = reject
    }).then(() => this.#check())
    verdict.catch(onRefused)
    this.checked = {
      storedAs: target.storedAs,
      async write(chunks) {
        await verdict
        await target.write(chunks)
      },
      async end() {
        await verdict
        await target.end()
      },
    }
  }

  /** More of the content has come. */
  take(chunk: Uint8Array): void {
    if (this.#headSize === headSizeBytes) return
    const taken = chunk.subarray(0, headSizeBytes - this.#headSize)
    this.#head.set(taken, this.#headSize)
    this.#headSize += taken.length
    if (this.#headSize === headSizeBytes) this.#headComplete()
  }

  /** There is no more of it. Again does nothing. */
  end(): void {
    this.#headComplete()
  }

  /** Whatever is missing will not come: what waits for the verdict is let go. After the end does nothing. */
  stop(): void {
    this.#giveUp(new Error('the file was not received to its end'))
  }

  async #check(): Promise<void> {
    const { claim, rules } = this.#file
    const content = await detectContent(this.#head.subarray(0, this.#headSize))
    for (const { ranges, refuse } of rules) {
      const found = findWrongContent(content, claim, ranges)
      if (found !== undefined) throw refuse(found)
    }
  }
}

function ignore(): void {}
