/** Something that is waited for until it is let go. */
export interface Gate {
  readonly opened: Promise<void>
  readonly open: () => void
}

/** Makes a gate that is closed. */
export function createGate(): Gate {
  let open = ignore
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open }
}

function ignore(): void {}
