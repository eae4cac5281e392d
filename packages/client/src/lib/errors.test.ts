import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { toFailure, networkError, UploadError } from './errors.ts'

const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8')

describe('failures', () => {
  it('U-22 read as the platform writes them', () => {
    expect(toFailure('uploadFile', new UploadError('abort'))).toEqual({
      errMsg: 'uploadFile:fail abort',
      errno: 1,
    })
    expect(toFailure('uploadFile', networkError('-102:net::ERR_CONNECTION_REFUSED'))).toEqual({
      errMsg: 'uploadFile:fail upload fail:-102:net::ERR_CONNECTION_REFUSED',
      errno: 600001,
    })
  })

  it.each(['README.md', 'README.zh-CN.md'])('U-22 are all in the tables of %s', async (readme) => {
    const source = await read('errors.ts')
    const rows = (await read(`../../../../${readme}`))
      .split('\n')
      .filter((line) => line.startsWith('|'))
    const errnos = [...source.matchAll(/: \[(\d+), '/g)].map(([, errno]) => errno)
    const netErrors = [...source.matchAll(/'(-\d+):net::ERR_/g)].map(([, number = '']) => number)
    expect(errnos.length + netErrors.length).toBeGreaterThan(30)
    for (const errno of errnos) {
      expect(rows.some((row) => row.startsWith(`| ${errno} |`))).toBe(true)
    }
    for (const number of netErrors) {
      expect(rows.some((row) => row.split(/[ ,、|]+/).includes(number))).toBe(true)
    }
  })
})
