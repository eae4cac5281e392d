// @ts-check
import { secureDiscardUrl } from '../lib/discard-server.mjs'
import { ratio } from '../lib/goals.mjs'
import { nodeProgram, runMeasured } from '../lib/processes.mjs'
import { metrics } from '../lib/scenario.mjs'

/** @typedef {import('../lib/workbench.mjs').Workbench} Workbench */

const gibibyte = 1024 ** 3
const { wall, cpu, peak } = metrics

/** @type {import('../lib/scenario.mjs').Scenario} */
export const clientSecure = {
  name: 'client-secure',
  title: 'Client: a file of 1 GiB over TLS',
  note: 'As above, over TLS 1.3 and HTTP/1.1: the server speaks nothing newer.',
  metrics: [wall, cpu, peak],
  contestants: [
    { name: 'wx.uploadFile', role: 'ours', run: uploadSecurely },
    { name: 'curl -F', role: 'peer', run: uploadByCurl },
  ],
  goals: [ratio(wall, { of: 'wx.uploadFile', versus: 'curl -F', most: 1.1 })],
}

/** @param {Workbench} bench */
async function uploadSecurely(bench) {
  const file = await bench.file(bench.scale(gibibyte))
  const job = JSON.stringify({ ...(await secureDiscardUrl(bench)), file })
  const { output: _, ...sample } = await runMeasured(
    bench,
    nodeProgram('run-client', 'wx-upload-file', job),
  )
  return sample
}

/** @param {Workbench} bench */
async function uploadByCurl(bench) {
  const form = `file=@${await bench.file(bench.scale(gibibyte))}`
  const { url, certificate } = await secureDiscardUrl(bench)
  const options = ['--silent', '--fail', '--cacert', certificate, '--form', form]
  const { output: _, ...sample } = await runMeasured(bench, ['curl', ...options, url])
  return sample
}
