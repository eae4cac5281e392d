require('@wx-upload/client/global')

const url = process.env.WX_UPLOAD_URL ?? 'http://127.0.0.1:8787/upload'

const uploadTask = wx.uploadFile({
  url,
  filePath: 'photo.jpg',
  name: 'file',
  formData:{
    'user': 'test'
  },
  success (res){
    console.log('The server answered', res.statusCode)
  },
  fail (res){
    console.log(res.errMsg)
  }
})

uploadTask.onProgressUpdate((res) => {
  console.log('Upload progress', res.progress)
  console.log('Length of already uploaded data', res.totalBytesSent)
  console.log('Total length of data expected to be uploaded', res.totalBytesExpectedToSend)
})

if (process.argv.includes('--abort')) uploadTask.abort() // aborts the upload task
