import { readyMessage, type RunEvent, type RunMessage, type RunnerReport } from './protocol.ts'

/** Runs code in documents of their own, one a run. */
export interface RunnerHost {
  /** Runs a person's code; what ran before is thrown away. */
  run(message: Omit<RunMessage, 'type'>): void
  /** Throws away what runs: with its document go its uploads, its timers and its code. */
  stop(): void
  /** Throws away everything. */
  close(): void
}

/** What {@link createRunnerHost} tells of the run that is going on, and of no other. */
export interface RunnerHostSetup {
  /** Where the documents are put; out of sight. */
  readonly container: HTMLElement
  /** What assistive technology would call them. */
  readonly title: string
  readonly onEvent: (event: RunEvent) => void
  readonly onActivity: (isBusy: boolean) => void
  /** Its document could not be loaded: the server is gone. */
  readonly onUnreachable: () => void
}

interface Runner {
  readonly frame: HTMLIFrameElement
  state: 'loading' | 'ready' | 'unreachable'
  /** What it shall run as soon as it is ready. */
  message: RunMessage | undefined
  /** Where its reports come out, once it runs something. */
  port: MessagePort | undefined
}

const runnerPath = '/playground/runner'

/**
 * A host. One runner is always waiting: a click activates the documents that are there when it comes, and a browser that goes by
 * the standard opens a picker in no other. [HTML §6.4.2]
 */
export function createRunnerHost(setup: RunnerHostSetup): RunnerHost {
  const listening = new AbortController()
  let running: Runner | undefined
  let spare = createRunner(setup, tellUnreachable)
  addEventListener('message', receive, { signal: listening.signal })

  function receive({ origin, source, data }: MessageEvent<unknown>): void {
    if (origin !== location.origin || source === null || data !== readyMessage) return
    const runner = [running, spare].find((runner) => runner?.frame.contentWindow === source)
    if (runner?.state !== 'loading') return
    runner.state = 'ready'
    start(runner)
  }

  /** Gives a runner what it shall run, if both are there. */
  function start(runner: Runner): void {
    if (runner.state !== 'ready' || runner.message === undefined) return
    const { port1, port2 } = new MessageChannel()
    runner.port = port1
    port1.addEventListener('message', ({ data }: MessageEvent<RunnerReport>) => report(data))
    port1.start()
    runner.frame.contentWindow?.postMessage(runner.message, location.origin, [port2])
    runner.message = undefined
  }

  function report(data: RunnerReport): void {
    switch (data.type) {
      case 'event':
        return setup.onEvent(data.event)
      case 'activity':
        return setup.onActivity(data.isBusy)
      default:
        return data satisfies never
    }
  }

  function tellUnreachable(runner: Runner): void {
    if (runner === running) setup.onUnreachable()
  }

  function stop(): void {
    // What it has reported and nobody has heard is of a run that is over.
    running?.port?.close()
    running?.frame.remove()
    running = undefined
  }

  return {
    run(message) {
      stop()
      if (spare.state === 'unreachable') {
        spare.frame.remove()
        spare = createRunner(setup, tellUnreachable)
      }
      running = spare
      running.message = { type: 'wx-upload-playground:run', ...message }
      spare = createRunner(setup, tellUnreachable)
      start(running)
    },
    stop,
    close() {
      listening.abort()
      stop()
      spare.frame.remove()
    },
  }
}

function createRunner(
  { container, title }: RunnerHostSetup,
  onUnreachable: (runner: Runner) => void,
): Runner {
  const frame = document.createElement('iframe')
  const runner: Runner = { frame, state: 'loading', message: undefined, port: undefined }
  frame.src = runnerPath
  frame.title = title
  frame.tabIndex = -1
  frame.setAttribute('aria-hidden', 'true')
  frame.addEventListener('load', () => {
    // The code may leave by itself; and the browser's own page about an address that it cannot reach is of no origin of ours.
    if (runner.state !== 'loading' || frame.contentDocument !== null) return
    runner.state = 'unreachable'
    onUnreachable(runner)
  })
  container.append(frame)
  return runner
}
