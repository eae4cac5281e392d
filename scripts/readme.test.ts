import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'

const root = new URL('../', import.meta.url)

describe.each(['README.md', 'README.zh-CN.md'])('%s', (readme) => {
  it('shows each program of examples/ as it is', async () => {
    const text = await readFile(new URL(readme, root), 'utf8')
    const snippets = [...text.matchAll(/<!-- (examples\/\S+) -->\n```js\n([^]*?)```/g)]
    expect(snippets).toHaveLength(text.split('```js').length - 1)
    for (const [, path = '', shown] of snippets) {
      expect(shown).toBe(await readFile(new URL(path, root), 'utf8'))
    }
  })

  it('links to nothing that is not there', async () => {
    const text = await readFile(new URL(readme, root), 'utf8')
    const targets = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target = '']) => target)
    await Promise.all(targets.map((target) => readFile(new URL(target, root))))
    expect(targets).not.toEqual([])
  })
})

describe('docs/screenshots/README.md', () => {
  it('shows every picture that is there, and no other', async () => {
    const folder = new URL('docs/screenshots/', root)
    const text = await readFile(new URL('README.md', folder), 'utf8')
    const shown = [...text.matchAll(/!\[\]\(([^)]+)\)/g)].map(([, name = '']) => name)
    const there = (await readdir(folder)).filter((name) => name.endsWith('.png'))
    expect(shown.toSorted()).toEqual(there.toSorted())
  })
})
