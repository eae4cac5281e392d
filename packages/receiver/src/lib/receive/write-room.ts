// Some tens of uploads that come fast gather all they may before it is short.
const roomBytes = 32 * 1024 * 1024

// One call for many chunks: measured as the largest part of what a file stream's one call a chunk costs; and the system takes larger
// writes quicker.
const batchBytes = 1024 * 1024
const halfFullBatchBytes = 512 * 1024
// What one read of a socket mostly brings, and the disk takes without a thread when nothing is flushed.
const shortBatchBytes = 32 * 1024

/**
 * What all uploads of a receiver hold of their files until the storage has it. While that is more than 32 MiB, each of them
 * writes a little at a time and waits for it, so that a thousand at once take little more memory than a hundred.
 */
export class WriteRoom {
  #heldBytes = 0

  /** Whether more is held than there should be. */
  get isShort(): boolean {
    return this.#heldBytes > roomBytes
  }

  /** How much each upload may gather before it writes. */
  get batchBytes(): number {
    if (this.isShort) return shortBatchBytes
    return this.#heldBytes > roomBytes / 2 ? halfFullBatchBytes : batchBytes
  }

  hold(sizeBytes: number): void {
    this.#heldBytes += sizeBytes
  }

  release(sizeBytes: number): void {
    this.#heldBytes -= sizeBytes
  }
}
