// @ts-check
// run-receiver CONTESTANT FOLDER OPTIONS: a server of `contestants/receiver/` that stores what is uploaded to it in the folder, at a
// free port of 127.0.0.1, which it prints.

/**
 * Starts a server; resolves with its port.
 *
 * @typedef {(options: { folder: string } & Record<string, unknown>) => Promise<number>} StartReceiver
 */

const [contestant = '', folder = '', options = '{}'] = process.argv.slice(2)
const program = await import(
  new URL(`../contestants/receiver/${contestant}.mjs`, import.meta.url).href
)
/** @type {StartReceiver} */
const start = program.start
console.log(await start({ folder, ...JSON.parse(options) }))
