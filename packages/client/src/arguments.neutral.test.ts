import { createWx } from '@wx-upload/client'
import { describe, expect, it } from 'vitest'
import { nameOnWire, openRoom, valuesOf } from './neutral-room.fixture.ts'
import { echoOf, photo, upload } from './neutral-upload.fixture.ts'

describe('arguments', () => {
  it('U-06 each missing or wrong argument has its sentence, in order', async () => {
    const { errMsg, errno, events } = await upload({
      url: undefined,
      filePath: null,
      name: 5,
      header: 'x',
      formData: [],
      timeout: '1',
      fileName: 1,
    })
    expect(errno).toBe(1001)
    expect(errMsg).toBe(
      'uploadFile:fail parameter error: ' +
        'parameter.url should be String instead of Undefined; ' +
        'parameter.filePath should be String instead of Null; ' +
        'parameter.name should be String instead of Number; ' +
        'parameter.header should be Object instead of String; ' +
        'parameter.formData should be Object instead of Array; ' +
        'parameter.timeout should be Number instead of String; ' +
        'parameter.fileName should be String instead of Number;',
    )
    expect(events).toEqual(['fail', 'complete'])
  })

  it('U-06 one wrong argument reads as it does on a phone', async () => {
    const { errMsg } = await upload({ url: undefined })
    expect(errMsg).toBe(
      'uploadFile:fail parameter error: parameter.url should be String instead of Undefined;',
    )
  })

  it('U-06 an empty url, filePath or name is an error too', async () => {
    for (const key of ['url', 'filePath', 'name']) {
      const { errMsg, errno } = await upload({ [key]: '' })
      expect(errno).toBe(1001)
      expect(errMsg).toContain(
        `parameter.${key} should be non-empty String instead of empty String;`,
      )
    }
  })

  it('U-07 anything but https, and http to this machine, is an invalid url', async () => {
    for (const url of [
      'upload',
      '/upload',
      '//example.com/upload',
      'http://example.com/upload',
      'http://192.168.1.2/upload',
      'ftp://example.com/upload',
      'https://',
      'https://user:secret@example.com/upload',
      'https://user@example.com/upload',
    ]) {
      const { errMsg, errno, warnings } = await upload({ url })
      expect([errMsg, errno]).toEqual(['uploadFile:fail invalid url', 600009])
      expect(warnings).toEqual([expect.stringMatching(/^uploadFile: invalid url: \w/)])
    }
  })

  it('U-08 with a domain list, any other origin fails before anything is read', async () => {
    const failure = { errMsg: 'uploadFile:fail url not in domain list', errno: 600002 }
    const domains = ['https://upload.example.com']
    expect(await upload({ filePath: '/no/such/file' }, { domains })).toMatchObject(failure)
    const { errMsg } = await upload({}, { domains: [openRoom().origin] })
    expect(errMsg).toBe('uploadFile:ok')
  })

  it('U-11 header values become strings; names keep their casing, but for HTTP/2', async () => {
    const header = { 'X-Number': 5, 'x-lower': true, 'X-None': null, 'X-Undefined': undefined }
    const echo = await echoOf({ header })
    expect(echo.header).toContainEqual([nameOnWire('X-Number'), '5'])
    expect(echo.header).toContainEqual(['x-lower', 'true'])
    expect(valuesOf(echo, 'x-none')).toEqual([])
    expect(valuesOf(echo, 'x-undefined')).toEqual([])
  })

  it('U-11 headers that cannot be set are left out, in any casing, with one warning each', async () => {
    const names = [
      'referer',
      'Content-Type',
      'CONTENT-LENGTH',
      'Host',
      'connection',
      'Transfer-Encoding',
      'Expect',
      'Upgrade',
      'Trailer',
      'TE',
      'Keep-Alive',
    ]
    const warnings: string[] = []
    const wx = createWx({ warn: (message) => warnings.push(message) })
    const header = Object.fromEntries(names.map((name) => [name, 'mine']))
    for (const given of [header, { ...header, REFERER: 'again' }]) {
      const data = await new Promise<string>((resolve) => {
        wx.uploadFile({
          url: openRoom().url('echo'),
          filePath: photo,
          name: 'file',
          header: given,
          success: (result) => resolve(result.data),
        })
      })
      expect(data).not.toMatch(/mine|again/)
    }
    expect(warnings).toHaveLength(names.length)
    expect(warnings[0]).toBe(
      'uploadFile: header "referer" cannot be set and is left out: the platform sets it',
    )
  })

  it('U-11 a name or a value that HTTP cannot carry is a parameter error', async () => {
    const bad = [
      { 'X-A': 'a\r\nX-B: b' },
      { 'X-A': '\0' },
      { 'X A': '1' },
      { 'X-A\n': '1' },
      { 'X-A': '你' },
    ]
    for (const header of bad) {
      const { errMsg, errno } = await upload({ header })
      expect(errno).toBe(1001)
      expect(errMsg).toMatch(/parameter error: parameter\.header should hold what HTTP can carry/)
    }
  })

  it('U-12 form data become strings by one rule, in the order of their keys', async () => {
    const echo = await echoOf({
      formData: {
        text: 'as it is: "ü" \r\n\t',
        number: 1.5,
        yes: true,
        big: 12345678901234567890n,
        object: { a: [1, null] },
        array: [1, '2'],
        date: new Date(0),
        nothing: null,
        missing: undefined,
        empty: '',
      },
    })
    const names = [...echo.body.matchAll(/form-data; name="(\w+)"(;?)/g)].map(([, name]) => name)
    expect(names).toEqual('text number yes big object array date empty file'.split(' '))
    for (const [name, value] of [
      ['text', 'as it is: "ü" \r\n\t'],
      ['number', '1.5'],
      ['yes', 'true'],
      ['big', '12345678901234567890'],
      ['object', '{"a":[1,null]}'],
      ['array', '[1,"2"]'],
      ['date', '1970-01-01T00:00:00.000Z'],
      ['empty', ''],
    ]) {
      expect(echo.body).toContain(`name="${name}"\r\n\r\n${value}\r\n--`)
    }
  })

  it('U-12 a value that has no JSON form fails, and names the field', async () => {
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    const bad = [cycle, { deep: 1n }, new Date(NaN), () => undefined, Symbol('s')]
    for (const formData of bad.map((value) => ({ bad: value }))) {
      const { errMsg, errno } = await upload({ formData })
      expect(errno).toBe(600010)
      expect(errMsg).toMatch(/^uploadFile:fail invalid request data: formData\.bad/)
    }
  })

  it('U-13 zero, a negative number and NaN count as no timeout; the call wins over the configuration', async () => {
    for (const timeout of [0, -1, NaN, Infinity, 2 ** 40]) {
      const { errMsg } = await upload({ timeout })
      expect(errMsg).toBe('uploadFile:ok')
    }
    const hold = { url: openRoom().url('hold') }
    const timedOut = { errMsg: 'uploadFile:fail timeout', errno: 5 }
    expect(await upload({ ...hold, timeout: 20 }, { timeout: Infinity })).toMatchObject(timedOut)
    expect(await upload(hold, { networkTimeout: { uploadFile: 20 } })).toMatchObject(timedOut)
    expect(
      await upload(hold, { timeout: 20, networkTimeout: { uploadFile: Infinity } }),
    ).toMatchObject(timedOut)
  })
})
