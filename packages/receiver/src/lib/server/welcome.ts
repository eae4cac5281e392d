/** What the server says at `/`, for a person who opens it; `base` is its own url. */
export function welcomeText(base: string): string {
  return `This is wx-upload, a server that receives files from wx.uploadFile.

Upload a file:      curl -F file=@photo.jpg ${base}/upload
List what is here:  curl ${base}/uploads
`
}
