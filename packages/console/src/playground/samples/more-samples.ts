import type { Sample } from './sample.ts'

/** What the API page tells of and has no sample for. */
export const moreSamples: readonly Sample[] = [
  {
    id: 'progress',
    group: 'more',
    title: { en: 'Every callback and event', zh: '所有回调与事件' },
    code: ({ origin, say }) => `\
// ${say('tempFilePaths[0] is the file above. Everything that can be heard, in its order.', 'tempFilePaths[0] 是上方的文件。这里按顺序监听所有回调与事件。')}
const task = wx.uploadFile({
  url: '${origin}/upload',
  filePath: tempFilePaths[0],
  name: 'file',
  success(res) {
    // ${say('data is always a string, whatever the server sends.', '无论服务器返回什么，data 始终是字符串。')}
    const answer = JSON.parse(res.data)
    console.log('${say('stored as', '已保存为')}', answer.files[0].url)
  },
  fail(res) {
    console.error(res.errno, res.errMsg)
  },
  complete() {
    console.log('${say('the end, either way', '无论成败，到此结束')}')
  },
})

task.onProgressUpdate(({ progress }) => {
  console.log(\`\${progress}%\`)
})
task.onHeadersReceived(({ statusCode }) => {
  console.log('${say('status', '状态码')}', statusCode)
})
`,
  },
  {
    id: 'headers',
    group: 'more',
    title: { en: 'Headers and cookies', zh: '请求头、响应头与 Cookie' },
    code: ({ origin, say }) => `\
// ${say('tempFilePaths[0] is the file above.', 'tempFilePaths[0] 是上方的文件。')}
const task = wx.uploadFile({
  url: '${origin}/upload',
  filePath: tempFilePaths[0],
  name: 'file',
  header: {
    'X-Request-Id': 'from-the-playground', // ${say('this server answers with it', '本服务器会原样返回')}
    'X-Count': 3, // ${say('values become strings', '值会转成字符串')}
    Referer: 'https://example.com/', // ${say('cannot be set: left out, with a warning', '不能设置：会被忽略并给出警告')}
    Cookie: 'a=1', // ${say('nor can this, in a browser', '在浏览器中也不能设置')}
  },
})

const listener = ({ header, cookies }) => {
  console.log('X-Request-Id:', header['x-request-id'])
  // ${say('A browser shows no Set-Cookie to a page; a phone and Node.js do.', '浏览器不向页面展示 Set-Cookie；手机和 Node.js 会。')}
  console.log('cookies:', cookies)
}
task.onHeadersReceived(listener)
// ${say('The same function takes it off again:', '用同一个函数取消监听：')}
// task.offHeadersReceived(listener)
`,
  },
  {
    id: 'form-data',
    group: 'more',
    title: { en: 'formData of all kinds', zh: '各种类型的 formData' },
    code: ({ origin, say }) => `\
// ${say('tempFilePaths[0] is the file above. The server answers with the fields as it got them.', 'tempFilePaths[0] 是上方的文件。服务器会返回它收到的字段。')}
wx.uploadFile({
  url: '${origin}/upload',
  filePath: tempFilePaths[0],
  name: 'photo',
  formData: {
    string: '${say('Good morning', '早上好')} ☀',
    number: 42,
    boolean: true,
    bigint: 2n ** 64n,
    object: { tags: ['a', 'b'] }, // ${say('as JSON', '转成 JSON')}
    date: new Date(), // ISO 8601
    lines: 'one\\ntwo',
    empty: '',
    nothing: null, // ${say('left out', '不发送')}
    neither: undefined, // ${say('left out', '不发送')}
  },
  success(res) {
    console.log(JSON.parse(res.data).fields)
  },
})
`,
  },
  {
    id: 'queue',
    group: 'more',
    title: { en: 'Ten at once, the rest wait', zh: '同时十个，其余排队' },
    code: ({ origin, say }) => `\
// ${say('Of 24 uploads, ten run at once; the others wait for their turn.', '共 24 个上传：同时进行十个，其余排队等候。')}
// ${say('A browser has fewer connections to a server: six, over HTTP/1.1.', '浏览器与同一服务器的连接更少：HTTP/1.1 下为六个。')}
const content = new Uint8Array(512 * 1024)
let ended = 0

for (let n = 1; n <= 24; n += 1) {
  wx.uploadFile({
    url: '${origin}/upload',
    // ${say('An extension of wx-upload: a File instead of a path.', 'wx-upload 的扩展：可以用 File 代替路径。')}
    filePath: new File([content], \`\${n}.bin\`),
    name: 'file',
    complete() {
      ended += 1
      console.log(\`\${ended} / 24\`)
    },
  })
}

// ${say('A wx of your own has a queue of its own: createWx({ maxConcurrent: 2 })', '自己创建的 wx 有自己的队列：createWx({ maxConcurrent: 2 })')}
`,
  },
]
