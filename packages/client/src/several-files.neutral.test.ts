import { describe, expect, it } from 'vitest'
import { openRoom, valuesOf } from './neutral-room.fixture.ts'
import { echoOf, photo, upload } from './neutral-upload.fixture.ts'

const notes = new File(['of the day'], 'notes.txt', { type: 'text/plain' })

describe('several files in one request', () => {
  it('U-29 are sent in their order, behind the fields, each by its own name', async () => {
    const { method, body } = await echoOf({
      filePath: undefined,
      name: undefined,
      formData: { user: 'ming' },
      files: [
        { name: 'picture', filePath: photo },
        { name: 'text', filePath: notes, fileName: '笔记.txt' },
        { name: 'picture', filePath: new Blob([]) },
      ],
    })
    expect(method).toBe('POST')
    const [boundary = ''] = body.split('\r\n', 1)
    expect(body).toBe(
      [
        '\r\nContent-Disposition: form-data; name="user"\r\n\r\nming\r\n',
        '\r\nContent-Disposition: form-data; name="picture"; filename="photo.jpg"\r\n' +
          'Content-Type: image/jpeg\r\n\r\nnot really a photograph\r\n',
        '\r\nContent-Disposition: form-data; name="text"; filename="笔记.txt"\r\n' +
          'Content-Type: text/plain\r\n\r\nof the day\r\n',
        '\r\nContent-Disposition: form-data; name="picture"; filename="blob"\r\n' +
          'Content-Type: application/octet-stream\r\n\r\n\r\n',
        '--\r\n',
      ]
        .map((part) => boundary + part)
        .join(''),
    )
  })

  it('U-29 leave filePath, name and fileName without meaning', async () => {
    const { body } = await echoOf({
      filePath: 'no-such-file',
      name: 5,
      fileName: 'other.jpg',
      files: [{ name: 'text', filePath: notes }],
    })
    expect(body.match(/filename/g)).toHaveLength(1)
    expect(body).toContain('filename="notes.txt"')
  })

  it('U-29 are one upload: where one of them is not there, nothing is sent', async () => {
    const room = openRoom()
    const files = [
      { name: 'text', filePath: notes },
      { name: 'gone', filePath: 'wxfile://tmp_gone' },
    ]
    const { errMsg } = await upload({ url: room.url('echo'), files })
    expect(errMsg).toBe('uploadFile:fail file not found')
    expect(await room.state()).toMatchObject({ requests: 0 })
  })

  it('U-23 count together in the progress', async () => {
    const files = [1, 2, 3].map((number) => ({ name: `${number}`, filePath: photo }))
    const { progress, data } = await upload({ files })
    const { bodyBytes } = JSON.parse(data ?? '')
    expect(progress.at(-1)).toMatchObject({
      progress: 100,
      totalBytesSent: bodyBytes,
      totalBytesExpectedToSend: bodyBytes,
    })
  })
})

describe('the file alone as the body', () => {
  it('U-29 is sent by PUT with its own type and length, and no form around it', async () => {
    const echo = await echoOf({ method: 'PUT' })
    expect(echo).toMatchObject({ method: 'PUT', body: 'not really a photograph' })
    expect(valuesOf(echo, 'content-type')).toEqual(['image/jpeg'])
    expect(valuesOf(echo, 'content-length')).toEqual([String(photo.size)])
    expect(valuesOf(echo, 'transfer-encoding')).toEqual([])
  })

  it('U-29 is application/octet-stream where its type is not known', async () => {
    const echo = await echoOf({ method: 'PUT', filePath: new Blob(['x']) })
    expect(valuesOf(echo, 'content-type')).toEqual(['application/octet-stream'])
  })

  it('U-29 carries the Content-Type that the caller says, for a signed url may ask for it', async () => {
    const header = { 'content-TYPE': 'text/x-signed; charset=utf-8' }
    const echo = await echoOf({ method: 'PUT', header })
    expect(valuesOf(echo, 'content-type')).toEqual(['text/x-signed; charset=utf-8'])
  })

  it('U-29 needs no name, and one that is there means nothing', async () => {
    for (const name of [undefined, '', 5, 'file']) {
      expect(await echoOf({ method: 'PUT', name })).toMatchObject({ bodyBytes: photo.size })
    }
  })

  it('U-23 U-29 may be empty, and is at 100 once then too', async () => {
    const { events, progress, data } = await upload({ method: 'PUT', filePath: new Blob([]) })
    expect(JSON.parse(data ?? '')).toMatchObject({ method: 'PUT', bodyBytes: 0 })
    expect(progress).toEqual([
      expect.objectContaining({ progress: 100, totalBytesSent: 0, totalBytesExpectedToSend: 0 }),
    ])
    expect(events).toEqual(['progress', 'headers', 'success', 'complete'])
  })

  it('U-29 POST is what is said without a method', async () => {
    expect(await echoOf({ method: 'POST' })).toMatchObject({ method: 'POST' })
  })
})

describe('arguments', () => {
  it('U-06 each wrong one of them has its sentence, behind the others', async () => {
    const { errMsg, errno } = await upload({
      timeout: '1',
      files: [5, { name: '', filePath: null, fileName: 1 }],
      method: 'GET',
      retry: '3',
      withCredentials: 'yes',
    })
    expect(errno).toBe(1001)
    expect(errMsg).toBe(
      'uploadFile:fail parameter error: ' +
        'parameter.timeout should be Number instead of String; ' +
        'parameter.files[0] should be Object instead of Number; ' +
        'parameter.files[1].filePath should be String instead of Null; ' +
        'parameter.files[1].name should be non-empty String instead of empty String; ' +
        'parameter.files[1].fileName should be String instead of Number; ' +
        'parameter.method should be POST or PUT instead of String; ' +
        'parameter.retry should be Number instead of String; ' +
        'parameter.withCredentials should be Boolean instead of String;',
    )
  })

  it.each([
    [{ files: {} }, 'parameter.files should be Array instead of Object;'],
    [{ files: [] }, 'parameter.files should be non-empty Array instead of empty Array;'],
    [{ files: [] as unknown[], filePath: '', name: '' }, 'parameter.files should be non-empty'],
    [{ method: 5 }, 'parameter.method should be POST or PUT instead of Number;'],
    [{ retry: {} }, 'parameter.retry should be Number instead of Object;'],
    // What would be lost without a word is an error.
    [
      { method: 'PUT', formData: { user: 'ming' } },
      'parameter.formData should be Undefined instead of Object;',
    ],
    [{ method: 'PUT', files: [] }, 'parameter.files should be Undefined instead of Array;'],
  ])('U-06 %j', async (option, sentence) => {
    const { errMsg, errno } = await upload(option)
    expect(errno).toBe(1001)
    expect(errMsg).toContain(`uploadFile:fail parameter error: ${sentence}`)
  })
})
