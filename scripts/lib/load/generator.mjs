// @ts-check
// The program of a load generator's process: it does the job that it is sent, and sends what came of it.
import { once } from 'node:events'
import { generateLoad } from './generate-load.mjs'

const [job] = await once(process, 'message')
const result = await generateLoad(job, async () => {
  const stopped = once(process, 'message')
  process.send?.('opened')
  await stopped
})
process.send?.(result)
process.disconnect()
