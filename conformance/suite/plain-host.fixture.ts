import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ConformanceHost, UploadOption } from './conformance-host.ts'
import type { Flaw } from './flaws.fixture.ts'
import { PlainTask, type TaskOption } from './plain-task.fixture.ts'

/** A host for the tests of the suite. */
export interface PlainHost extends ConformanceHost {
  /** The folder that its files are in. */
  readonly folder: string
}

const mostAtOnce = 10

/**
 * A host of a few lines on node:http that keeps every promise, or with a flaw all but what {@link flaws} says; so that
 * each case is seen to hold for somebody else than us, and to fail where it should.
 */
export async function createPlainHost(flaw?: Flaw): Promise<PlainHost> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wx-upload-plain-host-'))
  const waiting: PlainTask[] = []
  let running = 0
  let files = 0

  function runNext(): void {
    if (running >= mostAtOnce && flaw !== 'has-no-queue') {
      if (flaw === 'forgets-the-eleventh') waiting.length = 0
      return
    }
    const task = waiting.shift()
    if (!task) return
    void runToItsEnd(task)
  }

  async function runToItsEnd(task: PlainTask): Promise<void> {
    running += 1
    await task.run()
    running -= 1
    runNext()
  }

  function uploadFile(option: UploadOption): unknown {
    const problem = findProblem(option)
    if (problem !== undefined && flaw === 'throws-for-arguments') throw new TypeError(problem)
    const task = new PlainTask(option as unknown as TaskOption, flaw)
    if (problem !== undefined) {
      const text = flaw === 'names-no-parameter' ? 'parameter error' : problem
      setImmediate(() => task.fail(text))
    } else {
      waiting.push(task)
      setImmediate(runNext)
    }
    if (flaw === 'calls-back-at-once') task.fail('too early')
    if (flaw === 'has-no-off') return { abort: () => task.abort() }
    if (flaw === 'is-a-promise-without-callbacks' && option['success'] === undefined) {
      return Promise.resolve()
    }
    return task
  }

  return {
    folder,
    uploadFile,
    async tempFile({ bytes, name }) {
      files += 1
      const file = path.join(folder, `${files}-${name}`)
      await writeFile(file, bytes)
      return file
    },
    goneFile: async () => path.join(folder, 'gone.jpg'),
  }
}

/** What is wrong with an option. */
function findProblem(option: UploadOption): string | undefined {
  const wrong = ['url', 'filePath', 'name'].filter((key) => typeof option[key] !== 'string')
  if (wrong.length > 0) {
    const sentences = wrong.map((key) => {
      const found = option[key] === undefined ? 'Undefined' : 'Object'
      return `parameter.${key} should be String instead of ${found};`
    })
    return `parameter error: ${sentences.join('')}`
  }
  return URL.canParse(String(option['url'])) ? undefined : 'invalid url'
}
