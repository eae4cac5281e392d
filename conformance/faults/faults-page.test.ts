import { describe, expect, inject, it } from 'vitest'
import { formatFaultsPage } from './faults-page.ts'

const server = inject('faults')

describe('docs/faults.md', () => {
  it('lists every fault as the server does, which `-u` puts right', async () => {
    const page = formatFaultsPage(server.faults)
    await expect(page).toMatchFileSnapshot('../../docs/faults.md')
  })
})

describe('the faults', () => {
  it('have names of their own, which are paths', () => {
    const names = server.faults.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const { name, url } of server.faults) {
      expect(name).toMatch(/^[a-z0-9.-]+$/)
      expect(new URL(url).pathname).toBe(`/${name}`)
    }
  })

  it('say in a sentence what they do, and what an upload comes to', () => {
    for (const { does, node, browser } of server.faults) {
      expect(does).toMatch(/^[a-z].*\.$/)
      expect(node.length * browser.length).toBeGreaterThan(0)
    }
  })
})
