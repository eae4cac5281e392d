// The samples of the API page, letter by letter.

/** `wx.uploadFile`'s. */
export const chooseAndUpload = `wx.chooseImage({
  success (res){
    const tempFilePaths = res.tempFilePaths
    wx.uploadFile({
      url: 'https://example.weixin.qq.com/upload', // an example, not a real address
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
})`

/** That of `UploadTask`. */
export const watchAndAbort = `const uploadTask = wx.uploadFile({
  url: 'http://example.weixin.qq.com/upload', // an example, not a real address
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
  console.log('Upload progress', res.progress)
  console.log('Length of already uploaded data', res.totalBytesSent)
  console.log('Total length of data expected to be uploaded', res.totalBytesExpectedToSend)
})

uploadTask.abort() // aborts the upload task`

/** That of `onHeadersReceived` and `offHeadersReceived`. */
export const listen = `const listener = function (res) { console.log(res) }

UploadTask.onHeadersReceived(listener)
UploadTask.offHeadersReceived(listener)  // pass the same function object that was used for listening`
