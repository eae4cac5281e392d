import { type Clock } from './clock.ts'
import { networkError, UploadError } from './errors.ts'
import type { ReadOptions } from './options.ts'
import { type SendRepeatedly, sendUpload, type Upload } from './send-upload.ts'
import { Stop } from './stop.ts'
import type { OwnTransport, Platform, UploadFile } from './transport.ts'
import type { UploadQueue } from './upload-queue.ts'
import { createUploadTask, type UploadTask } from './upload-task.ts'

/** What one `wx` is made of. */
export interface UploadFileSetup<F extends UploadFile> {
  readonly platform: Omit<Platform<F>, 'transport'>
  readonly transport: OwnTransport<F>
  readonly sendRepeatedly: SendRepeatedly
  readonly clock: Clock
  readonly readOptions: (option: unknown) => ReadOptions
  readonly queue: UploadQueue
  readonly maxResponseBytes: number
  readonly interruption: Interruption
}

/** What a host has to say of uploads. [U-31] */
export interface Interruption {
  /** With which every upload fails; undefined: they may go on. */
  error: UploadError | undefined
  /** Ends each upload that runs or waits. */
  readonly running: Set<(error: UploadError) => void>
}

/** Begins an upload and returns its task, whatever the argument. [U-01] */
export function startUpload<F extends UploadFile>(
  option: unknown,
  setup: UploadFileSetup<F>,
): UploadTask {
  const { interruption, clock } = setup
  const invokedAtMs = clock.now()
  const { callbacks, call } = setup.readOptions(option)
  const stop = new Stop()
  // What is to come by itself: first its turn, and then the end of its time.
  let callOff: (() => void) | undefined
  const { task, signal } = createUploadTask({
    callbacks,
    reportError: setup.platform.reportError,
    onSettled(outcome) {
      interruption.running.delete(fail)
      callOff?.()
      // After a success nothing is under way that could be stopped.
      if (outcome instanceof UploadError) stop.abort()
    },
  })
  const fail = (error: UploadError): void => signal({ type: 'failed', error })
  const { error } = interruption
  if (call instanceof UploadError) {
    queueMicrotask(() => fail(call))
  } else if (error) {
    queueMicrotask(() => fail(error))
  } else {
    interruption.running.add(fail)
    callOff = setup.queue(() => {
      const startedAtMs = clock.now()
      // [U-13] From leaving the queue to the last byte of the response.
      callOff = clock.after(call.timeoutMs, () => fail(new UploadError('timeout')))
      // Its own fields first: V8 gives each object that begins with a copy, and has more, a hidden class of its own.
      return carryOut({ call, invokedAtMs, startedAtMs, signal, stop, ...setup }, fail)
    })
  }
  return task
}

/** Carries out an upload whose turn has come; resolves when nothing of it is left. */
async function carryOut<F extends UploadFile>(
  upload: Upload<F>,
  fail: (error: UploadError) => void,
): Promise<void> {
  try {
    await sendUpload(upload)
  } catch (error) {
    // After an abort this comes too late to count: the task has ended with its own reason.
    fail(error instanceof UploadError ? error : networkError('-2:net::ERR_FAILED', error))
  }
}
