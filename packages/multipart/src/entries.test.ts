import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import * as node from './node.ts'
import * as web from './web.ts'

function readSource(name: string): Promise<string> {
  return readFile(new URL(name, import.meta.url), 'utf8')
}

describe('the entries for Node.js and for browsers', () => {
  it('export the same names', () => {
    expect(Object.keys(web)).toEqual(Object.keys(node))
  })

  it('export the same types: they differ in the byte reader alone', async () => {
    const source = await readSource('web.ts')
    const asForNode = source
      .replaceAll('webByteReader', 'nodeByteReader')
      .replace('byte-reader.web', 'byte-reader.node')
    expect(asForNode).toBe(await readSource('node.ts'))
  })
})
