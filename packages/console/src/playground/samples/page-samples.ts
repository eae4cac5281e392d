import type { Sample } from './sample.ts'

/** The two samples of the API page: all but the first lines and the url is as it is there, in either language. */
export const pageSamples: readonly [Sample, Sample] = [
  {
    id: 'choose-image',
    group: 'page',
    title: { en: 'Choose a picture and upload it', zh: '选择图片并上传' },
    code: ({ origin, say }) => `\
// ${say('Asks for a picture and sends it to this server.', '选择一张图片，上传到本服务器。')}
wx.chooseImage({
  success (res){
    const tempFilePaths = res.tempFilePaths
    wx.uploadFile({
      url: '${origin}/upload', // ${say('this server', '本服务器')}
      filePath: tempFilePaths[0],
      name: 'file',
      formData:{
        'user': 'test'
      },
      success (res){
        const data = res.data
        //do something
      }
    })
  }
})
`,
  },
  {
    id: 'upload-task',
    group: 'page',
    title: { en: 'UploadTask: progress and abort', zh: 'UploadTask：进度与中断' },
    code: ({ origin, say }) => `\
// ${say('tempFilePaths[0] is the file above. Remove the last line to see it arrive.', 'tempFilePaths[0] 是上方的文件。删掉最后一行，就能看到它传完。')}
const uploadTask = wx.uploadFile({
  url: '${origin}/upload', // ${say('this server', '本服务器')}
  filePath: tempFilePaths[0],
  name: 'file',
  formData:{
    'user': 'test'
  },
  success (res){
    const data = res.data
    //do something
  }
})

uploadTask.onProgressUpdate((res) => {
  console.log('${say('Upload progress', '上传进度')}', res.progress)
  console.log('${say('Length of already uploaded data', '已经上传的数据长度')}', res.totalBytesSent)
  console.log('${say('Total length of data expected to be uploaded', '预期需要上传的数据总长度')}', res.totalBytesExpectedToSend)
})

uploadTask.abort() // ${say('aborts the upload task', '取消上传任务')}
`,
  },
]
