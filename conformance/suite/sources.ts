/** A public document or thread. */
export interface Source {
  readonly title: string
  readonly url: string
}

const miniprogram = 'https://developers.weixin.qq.com/miniprogram/dev'
const uploadApi = `${miniprogram}/api/network/upload`

function apiPage(title: string): Source {
  return { title, url: `${uploadApi}/${title}.html` }
}

/** A thread on GitHub, such as `NervJS/taro#4634`. */
export function thread(title: string): Source {
  const [repository, number] = title.split('#')
  return { title, url: `https://github.com/${repository}/issues/${number}` }
}

export const uploadFilePage: Source = apiPage('wx.uploadFile')
export const abortPage: Source = apiPage('UploadTask.abort')
export const onProgressPage: Source = apiPage('UploadTask.onProgressUpdate')
export const offProgressPage: Source = apiPage('UploadTask.offProgressUpdate')
export const onHeadersPage: Source = apiPage('UploadTask.onHeadersReceived')
export const offHeadersPage: Source = apiPage('UploadTask.offHeadersReceived')

export const networkPage: Source = {
  title: 'WeChat: network',
  url: `${miniprogram}/framework/ability/network.html`,
}

export const errnoPage: Source = {
  title: 'WeChat: PublicErrno',
  url: `${miniprogram}/framework/usability/PublicErrno.html`,
}

export const typings: Source = {
  title: 'miniprogram-api-typings',
  url: 'https://github.com/wechat-miniprogram/api-typings/blob/master/types/wx/lib.wx.api.d.ts',
}

export const netErrors: Source = {
  title: 'net_error_list.h',
  url: 'https://source.chromium.org/chromium/chromium/src/+/main:net/base/net_error_list.h',
}

export const alipayPage: Source = {
  title: 'Alipay: my.uploadFile',
  url: 'https://github.com/AlipayDocs/open-docs/blob/a74facf/mini/api/基础API/网络/my.uploadFile.md',
}

export const larkPage: Source = {
  title: 'Lark: tt.uploadFile',
  url: 'https://open.larksuite.com/document/uYjL24iN/uYDMx4iNwEjL2ATM',
}

export const ossPost: Source = {
  title: 'OSS: PostObject',
  url: 'https://help.aliyun.com/document_detail/1000060.html',
}

export const s3Post: Source = {
  title: 'S3: POST',
  url: 'https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html',
}

export const htmlForms: Source = {
  title: 'HTML: multipart/form-data',
  url: 'https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data',
}

export function rfc(number: number, section: string): Source {
  return {
    title: `RFC ${number} §${section}`,
    url: `https://www.rfc-editor.org/rfc/rfc${number}#section-${section}`,
  }
}

export const tcmppDemo: Source = {
  title: 'TCMPP: demo',
  url: 'https://github.com/TencentCloud/tcmpp-demo-miniprogram/blob/32fc1cf/miniprogram/packageAPI/pages/network/upload-file/upload-file.js',
}

export const diminaTest: Source = {
  title: 'Dimina: upload-file.spec.js',
  url: 'https://github.com/didi/dimina/blob/e1fe0d5/fe/packages/service/__tests__/upload-file.spec.js',
}

export const taroPage: Source = {
  title: 'Taro: uploadFile',
  url: 'https://docs.taro.zone/docs/apis/network/upload/uploadFile/',
}

export const fileNotFoundThread: Source = {
  title: 'WeChat community: texts of fail',
  url: 'https://developers.weixin.qq.com/community/develop/doc/5c340294f4929cd0bd9c3f635f9d3ece',
}

export const netErrorThread: Source = {
  title: 'WeChat community: uploadFile fails often',
  url: 'https://developers.weixin.qq.com/community/personal/oCJUswxR8kpRzC9Csasy-_BncwZ8/question',
}

export const timeoutThread: Source = {
  title: 'WeChat community: uploads to OSS fail',
  url: 'https://developers.weixin.qq.com/community/personal/oCJUsw0ChXyUoF3AIyEHFSQQwLTo/question',
}

export const tenAtOnce: Source = {
  title: 'segmentfault: more than ten at once',
  url: 'https://segmentfault.com/a/1190000015441957',
}
