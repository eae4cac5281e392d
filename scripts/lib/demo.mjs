// @ts-check
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { ensureBuilt } from './build.mjs'
import { exitCode, root, start } from './command.mjs'
import { ensureInstalled } from './install.mjs'

const uploadsFolder = 'uploads'
const exampleFile = 'examples/photo.jpg'

/** `npm start`: starts the server, uploads an example to it, and leaves the server running until it is stopped. */
export async function runDemo() {
  await ensureInstalled()
  await ensureBuilt()
  const server = startServer()
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.on(signal, () => server.child.kill(signal))
  }
  const url = await server.ready
  if (url !== undefined) {
    const code = await uploadExample(`${url}/upload`)
    if (code !== 0) server.child.kill()
    else console.log(`\nThe server keeps running at ${url}. Ctrl-C stops it.\n`)
    server.child.stdout?.pipe(process.stdout)
    if (code !== 0) return code
  }
  return server.ended
}

/**
 * Starts the server. Its log waits in the pipe until somebody reads it, so that it does not get between the lines of
 * the upload. `ready` is the server's address, or undefined when it has ended, having said why.
 */
function startServer() {
  const { PORT: port } = process.env
  const options = port === undefined ? [] : ['--port', port]
  const child = startWxUpload(['serve', uploadsFolder, ...options], ['ignore', 'pipe', 'pipe'])
  const ended = exitCode(child)
  /** @type {Promise<string | undefined>} */
  const ready = new Promise((resolve) => {
    child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      process.stderr.write(text)
      const [, url] = /Listening on (\S+)/.exec(text) ?? []
      if (url !== undefined) resolve(url)
    })
    void ended.then(() => resolve(undefined))
  })
  return { child, ready, ended }
}

/**
 * Uploads the example, and shows the server's answer and where the file lies.
 *
 * @param {string} url
 * @returns {Promise<number>} the exit code.
 */
async function uploadExample(url) {
  console.log()
  const child = startWxUpload(['put', exampleFile, url], ['ignore', 'pipe', 'inherit'])
  let output = ''
  child.stdout?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    output += text
  })
  const code = await exitCode(child)
  if (code !== 0) {
    process.stdout.write(output)
    return code
  }
  const answer = JSON.parse(output)
  console.log(JSON.stringify(answer, null, 1))
  console.log(`\nOn disk: ${findStoredFile(answer)}`)
  return 0
}

/**
 * @param {{ id: string, files: { name: string }[] }} answer
 * @returns {string} the path of the answer's first file, from the checkout.
 */
function findStoredFile({ id, files }) {
  const days = readdirSync(path.join(root, uploadsFolder))
  const paths = days.map((day) => path.join(uploadsFolder, day, id, files[0]?.name ?? ''))
  return paths.find((file) => existsSync(path.join(root, file))) ?? uploadsFolder
}

/**
 * Starts the built command line, after showing what to type to do the same.
 *
 * @param {string[]} args
 * @param {import('node:child_process').StdioOptions} stdio
 */
function startWxUpload(args, stdio) {
  console.log(`$ npx wx-upload ${args.join(' ')}`)
  return start([process.execPath, 'packages/cli/bin/wx-upload.js', ...args], stdio)
}
