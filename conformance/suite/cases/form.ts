import type { CaseGroup } from '../conformance-case.ts'
import { crc32 } from '../crc32.ts'
import {
  alipayPage,
  diminaTest,
  htmlForms,
  larkPage,
  ossPost,
  rfc,
  s3Post,
  tcmppDemo,
  thread,
  uploadFilePage,
} from '../sources.ts'
import { headerOf, partOf, partsOf } from '../trial.ts'
import { expectEqual, expectThat } from '../unmet.ts'

const mebibyte = 1024 * 1024

/** Bytes of every value, in no short order. */
function someBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at += 1) bytes[at] = (at * 31 + (at >>> 8)) & 0xff
  return bytes
}

export const formCases: CaseGroup = {
  topic: 'The form',
  topicZh: '表单',
  cases: [
    {
      id: 'one-post',
      promise: 'The form is one POST of multipart/form-data',
      promiseZh: '表单是一个 multipart/form-data 的 POST 请求',
      sources: [uploadFilePage],
      async run(trial) {
        const request = await trial.send({})
        expectEqual(request.method, 'POST', 'the method')
        partsOf(request)
      },
    },
    {
      id: 'file-bytes',
      promise: 'The file arrives byte for byte under its name in the form',
      promiseZh: '文件以其表单名逐字节到达',
      sources: [uploadFilePage],
      async run(trial) {
        const bytes = someBytes(70_000)
        const filePath = await trial.file({
          bytes,
          name: 'a.bin',
          type: 'application/octet-stream',
        })
        const part = partOf(await trial.send({ filePath, name: 'photo' }), 'photo')
        expectEqual(part.sizeBytes, bytes.length, 'bytes of the file')
        expectEqual(part.crc32, crc32(bytes), 'the CRC-32 of the file')
        expectThat(part.fileName !== undefined, { expected: 'a filename', found: part.head })
      },
    },
    {
      id: 'empty-file',
      promise: 'An empty file arrives as one',
      promiseZh: '空文件照样上传',
      sources: [uploadFilePage],
      async run(trial) {
        const filePath = await trial.file({ bytes: new Uint8Array(0) })
        const part = partOf(await trial.send({ filePath }), 'file')
        expectEqual(part.sizeBytes, 0, 'bytes of the file')
        expectThat(part.fileName !== undefined, { expected: 'a filename', found: part.head })
      },
    },
    {
      id: 'large-file',
      promise: 'A file of 16 MiB arrives whole',
      promiseZh: '16 MiB 的文件完整到达',
      sources: [uploadFilePage],
      async run(trial) {
        const bytes = someBytes(16 * mebibyte)
        const filePath = await trial.file({
          bytes,
          name: 'a.bin',
          type: 'application/octet-stream',
        })
        const part = partOf(await trial.send({ filePath }), 'file')
        expectEqual(part.sizeBytes, bytes.length, 'bytes of the file')
        expectEqual(part.crc32, crc32(bytes), 'the CRC-32 of the file')
      },
    },
    {
      id: 'content-length',
      promise: 'Content-Length is exact, and the body not chunked',
      promiseZh: 'Content-Length 准确，请求体不分块',
      sources: [
        thread('form-data/form-data#40'),
        thread('apache/cordova-plugin-file-transfer#141'),
      ],
      async run(trial) {
        const request = await trial.send({ formData: { user: '小明' } })
        expectEqual(headerOf(request, 'transfer-encoding'), undefined, 'Transfer-Encoding')
        expectEqual(
          headerOf(request, 'content-length'),
          String(request.bodyBytes),
          'Content-Length',
        )
      },
    },
    {
      id: 'fields-first',
      promise: 'The fields come before the file, as OSS and S3 need it',
      promiseZh: '字段位于文件之前，OSS 和 S3 要求如此',
      sources: [ossPost, s3Post, thread('layui/layui#1147')],
      async run(trial) {
        const formData = { key: 'a.jpg', policy: 'p', signature: 's' }
        const parts = partsOf(await trial.send({ formData }))
        const names = parts.map(({ name }) => name)
        expectEqual(names.at(-1), 'file', 'as the last part')
        for (const name of Object.keys(formData)) {
          expectThat(names.includes(name), { expected: `a part named ${name}`, found: names })
        }
      },
    },
    {
      id: 'values-as-text',
      promise: 'Numbers and booleans in formData arrive as text',
      promiseZh: 'formData 中的数字和布尔值以文本到达',
      sources: [tcmppDemo, diminaTest],
      async run(trial) {
        const request = await trial.send({ formData: { a: 1, b: 2.5, c: true, d: '' } })
        const found = ['a', 'b', 'c', 'd'].map((name) => partOf(request, name).text)
        expectEqual(found, ['1', '2.5', 'true', ''], 'the values')
      },
    },
    {
      id: 'utf-8',
      promise: 'Names and values beyond ASCII arrive in UTF-8',
      promiseZh: '非 ASCII 的字段名和值以 UTF-8 到达',
      sources: [rfc(7578, '5.1'), thread('zjxxxxxxxxx/axios-miniprogram#50')],
      async run(trial) {
        const request = await trial.send({ formData: { 用户: '小明 🙂 é' }, name: '文件' })
        expectEqual(partOf(request, '用户').text, '小明 🙂 é', 'the value')
        partOf(request, '文件')
      },
    },
    {
      id: 'names-escaped',
      promise: 'Quotes and line breaks in names cannot forge headers',
      promiseZh: '名称中的引号和换行不能伪造头部',
      sources: [htmlForms],
      async run(trial) {
        const evil = 'a"; filename="b\r\nX-Evil: 1\r\n\r\nc'
        const parts = partsOf(await trial.send({ formData: { [evil]: 'value' }, name: 'f"\r\ng' }))
        expectEqual(parts.length, 2, 'the number of parts')
        const [field, file] = parts
        expectThat(field?.text === 'value' && field.fileName === undefined, {
          expected: 'a field with the value alone',
          found: field?.head,
        })
        expectThat(!parts.some(({ head }) => /^x-evil/im.test(head)), {
          expected: 'no header of the name’s own',
          found: field.head,
        })
        expectThat(
          file?.fileName !== undefined && /^content-disposition:[^\r\n]*$/im.test(file.head),
          {
            expected: 'a part with a filename',
            found: file?.head,
          },
        )
      },
    },
    {
      id: 'file-type',
      promise: 'The part of a JPEG file says image/jpeg',
      promiseZh: 'JPEG 文件的部分带有 image/jpeg',
      sources: [rfc(7578, '4.4'), thread('dcloudio/uni-app#1098'), thread('NervJS/taro#3436')],
      async run(trial) {
        const filePath = await trial.file({ name: 'photo.jpg', type: 'image/jpeg' })
        const part = partOf(await trial.send({ filePath }), 'file')
        expectEqual(part.type, 'image/jpeg', 'the Content-Type of the part')
      },
    },
    {
      id: 'file-extension',
      promise: 'The file name that is sent keeps its extension',
      promiseZh: '发送的文件名保留扩展名',
      sources: [
        thread('NervJS/taro#3436'),
        thread('NervJS/taro#3884'),
        thread('dcloudio/uni-app#1205'),
      ],
      async run(trial) {
        const filePath = await trial.file({ name: 'photo.jpg', type: 'image/jpeg' })
        const { fileName = '' } = partOf(await trial.send({ filePath }), 'file')
        expectThat(fileName.endsWith('.jpg'), {
          expected: 'a name that ends .jpg',
          found: fileName,
        })
      },
    },
    {
      id: 'header-arrives',
      promise: 'The caller’s header arrives',
      promiseZh: '调用者设置的 header 到达服务器',
      sources: [uploadFilePage],
      async run(trial) {
        const request = await trial.send({
          header: { Authorization: 'Bearer a.b', 'X-Count': '3' },
        })
        expectEqual(headerOf(request, 'authorization'), 'Bearer a.b', 'Authorization')
        expectEqual(headerOf(request, 'x-count'), '3', 'X-Count')
      },
    },
    {
      id: 'referer-kept',
      promise: 'The caller cannot set Referer',
      promiseZh: '调用者不能设置 Referer',
      sources: [uploadFilePage],
      notInPage: 'a browser sets Referer itself, whatever a host does',
      async run(trial) {
        const forged = 'https://forged.example/'
        const request = await trial.send({ header: { Referer: forged } })
        expectThat(headerOf(request, 'referer') !== forged, {
          expected: 'another Referer, or none',
          found: forged,
        })
      },
    },
    {
      id: 'content-type-kept',
      promise: 'A Content-Type of the caller’s does not cost the boundary',
      promiseZh: '调用者设置的 Content-Type 不会丢失 boundary',
      sources: [larkPage, alipayPage, thread('NervJS/taro#4634'), thread('NervJS/taro#15571')],
      async run(trial) {
        for (const name of ['content-type', 'Content-Type']) {
          const request = await trial.send({ header: { [name]: 'multipart/form-data' } })
          partOf(request, 'file')
        }
      },
    },
    {
      id: 'redirect-307',
      promise: 'A 307 has the form sent again to its target',
      promiseZh: '遇到 307 时把表单重新发送到目标地址',
      sources: [rfc(9110, '15.4.8')],
      async run(trial) {
        const exchange = trial.exchange({ does: 'redirect' })
        const upload = await trial.upload({ url: exchange.url, formData: { user: 'test' } })
        await upload.succeeded()
        const { requests } = await exchange.seen()
        expectEqual(
          requests.map(({ method }) => method),
          ['POST', 'POST'],
          'the requests',
        )
        for (const request of requests) {
          expectEqual(partOf(request, 'user').text, 'test', 'the field')
          partOf(request, 'file')
        }
      },
    },
  ],
}
