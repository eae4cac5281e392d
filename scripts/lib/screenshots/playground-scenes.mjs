// @ts-check

/** @typedef {import('./take-screenshots.mjs').Screenshot} Screenshot */
/** @typedef {import('./take-screenshots.mjs').Stage} Stage */

const wide = { width: 1280, height: 800 }
const narrow = { width: 360, height: 780, scale: 2 }
/** @type {{ colorScheme: 'dark', locale: string }} */
const darkZh = { colorScheme: 'dark', locale: 'zh-CN' }

/** Every state of the playground. @type {readonly Screenshot[]} */
export const playgroundScreenshots = [
  { ...wide, name: 'playground-light', arrange: open },
  { ...wide, name: 'playground-ended-light', arrange: runAndOpen },
  { ...wide, ...darkZh, name: 'playground-ended-dark-zh', arrange: runAll },
  { ...wide, name: 'playground-running-light', arrange: runLarge },
  { ...wide, name: 'playground-failed-light', arrange: runMistake },
  { ...wide, ...darkZh, name: 'playground-failed-dark-zh', arrange: runMistake },
  { ...wide, name: 'playground-unreachable-light', arrange: runUnreachable },
  { ...wide, name: 'playground-2560-light', width: 2560, height: 1200, arrange: runAndOpen },
  { ...narrow, name: 'playground-360-light', arrange: open },
  { ...narrow, ...darkZh, name: 'playground-360-ended-dark-zh', arrange: runAll },
]

/** @param {Stage} stage */
async function open({ page, url }) {
  await page.goto(`${url}/playground`)
  await page.locator('.cm-content').waitFor()
  await page.locator('.file-thumbnail img').waitFor()
}

/**
 * Opens a sample, with other code in its place where there is some, and runs it.
 *
 * @param {Stage} stage
 * @param {{ sample: string, code?: string }} what
 */
async function run(stage, { sample, code }) {
  await open(stage)
  const { page } = stage
  await page.locator('.sample-choice').selectOption(sample)
  if (code !== undefined) {
    await page.locator('.cm-content').focus()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.insertText(code)
  }
  await page.locator('.pane-code .primary').click()
  await page.mouse.move(0, 0)
}

/** @param {Stage} stage */
async function runAll(stage) {
  await run(stage, { sample: 'progress' })
  await stage.page.locator('.run-ended').waitFor()
}

/** @param {Stage} stage */
async function runAndOpen(stage) {
  await run(stage, { sample: 'form-data' })
  const { page } = stage
  await page.locator('.run-ended').waitFor()
  const success = page.locator('.log-success')
  await success.locator('summary').click()
  for (const name of ['data', 'fields'])
    await success.locator('.value-key', { hasText: new RegExp(`^${name}: $`) }).click()
  await success.getByText('bigint:').last().waitFor()
  await page.mouse.move(0, 0)
}

/** @param {Stage} stage */
async function runLarge(stage) {
  const session = await stage.page.context().newCDPSession(stage.page)
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: 12_000_000,
  })
  await run(stage, {
    sample: 'progress',
    code: `// Three films at once.
for (const name of ['harbour.mp4', 'market.mp4', 'night-train.mp4']) {
  const task = wx.uploadFile({
    url: '${stage.url}/upload',
    filePath: new File([new Uint8Array(24_000_000)], name),
    name: 'film',
    success: ({ statusCode }) => console.log(name, statusCode),
  })
  task.onProgressUpdate(({ progress }) => {
    if (name === 'market.mp4' && progress >= 30) task.abort()
  })
}
`,
  })
  await stage.page.locator('.log-fail').waitFor()
}

/** @param {Stage} stage */
async function runMistake(stage) {
  await run(stage, {
    sample: 'progress',
    code: `wx.uploadFile({
  url: '${stage.url}/upload',
  filePath: tempFilePaths[0],
  name: 'file',
  success(res) {
    console.warn('parsing', { length: res.data.length })
    const answer = JSON.parse(res.data)
    console.log(answer.file.url)
  },
})
`,
  })
  await stage.page.locator('.run-ended').waitFor()
}

/** @param {Stage} stage */
async function runUnreachable(stage) {
  await run(stage, { sample: 'domain' })
  const { page } = stage
  await page.locator('.run-ended').waitFor()
  await stage.stopServer()
  // The document that was waiting needs no server.
  while ((await page.locator('.run-unreachable').count()) === 0) {
    await page.locator('.pane-code .primary').click()
    await page.locator('.run-ended, .run-unreachable').waitFor()
  }
  await page.mouse.move(0, 0)
}
