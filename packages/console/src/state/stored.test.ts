import { describe, expect, it } from 'vitest'
import type { StoredPage, StoredUpload } from '../lib/stored-upload.ts'
import { createStored } from './stored.ts'

function upload(id: string): StoredUpload {
  return { id, receivedAt: '2026-11-24T00:00:00.000Z', files: [], fields: {} }
}

function page(ids: string, next: string | null = null): StoredPage {
  return { uploads: Array.from(ids, upload), next }
}

/** A server whose answers come when the test says so. */
function createSlowServer(): {
  readonly asked: (string | undefined)[]
  answer(page: StoredPage | Error): void
  fetchPage(before?: string): Promise<StoredPage>
} {
  const asked: (string | undefined)[] = []
  const waiting: { resolve(page: StoredPage): void; reject(error: Error): void }[] = []
  return {
    asked,
    answer(page) {
      const next = waiting.shift()
      if (page instanceof Error) next?.reject(page)
      else next?.resolve(page)
    },
    fetchPage(before) {
      asked.push(before)
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }))
    },
  }
}

function setUp(): {
  server: ReturnType<typeof createSlowServer>
  stored: ReturnType<typeof createStored>
} {
  const server = createSlowServer()
  const stored = createStored({
    fetchPage: (before) => server.fetchPage(before),
    explain: (error) => (error instanceof Error ? error.message : undefined),
  })
  return { server, stored }
}

function ids(stored: ReturnType<typeof createStored>): string {
  return stored.uploads.value.map(({ id }) => id).join('')
}

describe('createStored', () => {
  it('is loading, then shows the list', async () => {
    const { server, stored } = setUp()
    const loaded = stored.reload()
    expect(stored.state.value).toEqual({ kind: 'loading' })
    server.answer(page('zyx', 'x'))
    await loaded
    expect(stored.state.value).toEqual({ kind: 'ready', hasMore: true })
    expect(ids(stored)).toBe('zyx')
  })

  it('says why the first load failed, and forgets it when it is tried again', async () => {
    const { server, stored } = setUp()
    const failed = stored.reload()
    server.answer(new Error('down'))
    await failed
    expect(stored.state.value).toEqual({ kind: 'failed', why: 'down' })
    void stored.reload()
    expect(stored.state.value).toEqual({ kind: 'loading' })
  })

  it('keeps what it has when a later load fails', async () => {
    const { server, stored } = setUp()
    const first = stored.reload()
    server.answer(page('zy'))
    await first
    const second = stored.reload()
    server.answer(new Error('down'))
    await second
    expect(stored.state.value).toEqual({ kind: 'ready', hasMore: false })
    expect(ids(stored)).toBe('zy')
  })

  it('keeps what was told while an older page was on its way', async () => {
    const { server, stored } = setUp()
    const loaded = stored.reload()
    stored.insert(upload('z'), true)
    stored.remove('x')
    server.answer(page('yxw'))
    await loaded
    expect(ids(stored)).toBe('zyw')
  })

  it('takes the answer to the last question alone', async () => {
    const { server, stored } = setUp()
    const first = stored.reload()
    const second = stored.reload()
    server.answer(page('a'))
    server.answer(page('zy'))
    await Promise.all([first, second])
    expect(ids(stored)).toBe('zy')
  })

  it('asks for one next page at a time, until there is none', async () => {
    const { server, stored } = setUp()
    const loaded = stored.reload()
    server.answer(page('zy', 'y'))
    await loaded
    const more = stored.loadMore()
    await stored.loadMore()
    expect(server.asked).toEqual([undefined, 'y'])
    server.answer(page('xw'))
    await more
    expect(ids(stored)).toBe('zyxw')
    await stored.loadMore()
    expect(server.asked).toHaveLength(2)
  })

  it('hides what is being deleted, shows it again, and lets it go', async () => {
    const { server, stored } = setUp()
    const loaded = stored.reload()
    server.answer(page('zyx'))
    await loaded
    stored.setHidden('y', true)
    expect(ids(stored)).toBe('zx')
    stored.setHidden('y', false)
    expect(ids(stored)).toBe('zyx')
    stored.setHidden('y', true)
    stored.remove('y')
    expect(ids(stored)).toBe('zx')
  })

  it('does not take up with a page what was deleted while it was on its way', async () => {
    const { server, stored } = setUp()
    const first = stored.reload()
    server.answer(page('zy', 'y'))
    await first
    const more = stored.loadMore()
    stored.remove('x')
    server.answer(page('xw'))
    await more
    expect(ids(stored)).toBe('zyw')
  })

  it('loads again all that it knows, and forgets what is gone in the middle and at the end', async () => {
    const { server, stored } = setUp()
    const first = stored.reload()
    server.answer(page('zyx', 'x'))
    await first
    const more = stored.loadMore()
    server.answer(page('wvuts', 's'))
    await more
    const again = stored.reload()
    server.answer(page('zyx', 'x'))
    await expect.poll(() => server.asked).toEqual([undefined, 'x', undefined, 'x'])
    server.answer(page('wu', 'u'))
    await expect.poll(() => server.asked.at(-1)).toBe('u')
    server.answer(page('srq', 'q'))
    await again
    expect(ids(stored)).toBe('zyxwusrq')
    expect(server.asked).toHaveLength(5)
    expect(stored.state.value).toEqual({ kind: 'ready', hasMore: true })
  })
})
