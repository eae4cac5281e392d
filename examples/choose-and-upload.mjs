import { createWx } from '@wx-upload/client'

// In Node.js there is nobody to ask, so the program says which images are chosen.
const wx = createWx({ chooseImage: () => ['photo.jpg'] })
const url = process.env.WX_UPLOAD_URL ?? 'http://127.0.0.1:8787/upload'

wx.chooseImage({
  success (res){
    const tempFilePaths = res.tempFilePaths
    wx.uploadFile({
      url,
      filePath: tempFilePaths[0],
      name: 'file',
      formData:{
        'user': 'test'
      },
      success (res){
        const data = res.data
        console.log(data)
      }
    })
  }
})
