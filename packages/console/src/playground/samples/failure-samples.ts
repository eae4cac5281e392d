import type { Sample } from './sample.ts'

/** What goes wrong sooner or later, here on purpose. */
export const failureSamples: readonly Sample[] = [
  {
    id: 'timeout',
    group: 'failure',
    title: { en: 'Timeout', zh: '超时' },
    code: ({ origin, say }) => `\
// ${say('One millisecond is too little for 16 MiB.', '一毫秒传不完 16 MiB。')}
wx.uploadFile({
  url: '${origin}/upload',
  filePath: new File([new Uint8Array(16 * 1024 * 1024)], 'large.bin'),
  name: 'file',
  timeout: 1, // ${say('milliseconds; 60000 where it is not given', '毫秒；不填时为 60000')}
  fail(res) {
    console.log(res.errno, res.errMsg)
  },
})
`,
  },
  {
    id: 'wrong-url',
    group: 'failure',
    title: { en: 'Wrong url, wrong arguments', zh: '地址或参数有误' },
    code: ({ origin, say }) => `\
// ${say('tempFilePaths[0] is the file above. Four uploads, and what each comes to.', 'tempFilePaths[0] 是上方的文件。四次上传，各有各的结果。')}
const fail = (res) => console.log(res.errno, res.errMsg)
const success = (res) => console.log(res.statusCode, res.data)
const filePath = tempFilePaths[0]

// ${say('No protocol: an invalid url.', '没有协议：无效的地址。')}
wx.uploadFile({ url: 'example.com/upload', filePath, name: 'file', fail })

// ${say('What is missing is named, one sentence for each.', '缺少的参数会逐一列出。')}
wx.uploadFile({ filePath, fail })

// ${say('There is no such file.', '没有这个文件。')}
wx.uploadFile({ url: '${origin}/upload', filePath: 'wxfile://tmp_gone.png', name: 'file', fail })

// ${say('An answer is an answer: 404 is a success. Look at statusCode.', '有响应就算成功：404 也会进入 success，请检查 statusCode。')}
wx.uploadFile({ url: '${origin}/nowhere', filePath, name: 'file', success, fail })
`,
  },
  {
    id: 'domain',
    group: 'failure',
    title: { en: 'Domain not in the list', zh: '域名不在合法列表中' },
    code: ({ origin, say }) => `\
// ${say('file is the file above. A mini-program has a list of domains that it may upload to; so has this wx.', 'file 是上方的文件。小程序有合法域名列表，这个 wx 也有。')}
const strict = createWx({ domains: ['https://upload.example.com'] })

strict.uploadFile({
  url: '${origin}/upload',
  filePath: file,
  name: 'file',
  fail(res) {
    console.log(res.errno, res.errMsg)
  },
})
`,
  },
  {
    id: 'abort-halfway',
    group: 'failure',
    title: { en: 'Abort halfway', zh: '传到一半时中断' },
    code: ({ origin, say }) => `\
// ${say('Ends at the first event that says half or more. The server keeps nothing of it.', '进度达到一半时立即中断。服务器不会留下任何内容。')}
const task = wx.uploadFile({
  url: '${origin}/upload',
  filePath: new File([new Uint8Array(64 * 1024 * 1024)], 'large.bin'),
  name: 'file',
  fail(res) {
    console.log(res.errno, res.errMsg)
  },
})

task.onProgressUpdate((res) => {
  if (res.progress >= 50) task.abort()
})
`,
  },
]
