/** What the server says at `/` to a program, or to a person at a terminal; `base` is its own url. */
export function welcomeText(base: string): string {
  return `This is wx-upload, a server that receives files from wx.uploadFile.

Upload a file:      curl -F file=@photo.jpg ${base}/upload
List what is here:  curl ${base}/uploads
`
}

/** What the server says in place of a page of the console, where nobody has built it. */
export function unbuiltText(base: string): string {
  return `${welcomeText(base)}
There would be a page here, but it has not been built. In a checkout of wx-upload, build it
with "npm run build" and load this page again; the server need not be started again.
`
}
