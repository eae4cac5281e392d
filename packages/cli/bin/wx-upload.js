#!/usr/bin/env node
// This file has to parse on the Node.js versions it turns away, so it keeps to their syntax.
import { existsSync, readFileSync } from 'node:fs'

const packageJson = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const needed = packageJson.engines.node.replace('>=', '')
const entry = new URL('../dist/main.js', import.meta.url)

if (isOlder(process.versions.node, needed)) {
  refuse(
    'wx-upload needs Node.js ' +
      needed +
      ' or newer, and this is Node.js ' +
      process.versions.node +
      ': install a newer one from https://nodejs.org.',
  )
} else if (!existsSync(entry)) {
  refuse('wx-upload is not built yet: run "npm run build" in the checkout first.')
} else {
  void import(entry.href).then(function (module) {
    return module.main(process.argv)
  })
}

function isOlder(version, minimum) {
  const actual = version.split('.').map(Number)
  const least = minimum.split('.').map(Number)
  return actual[0] < least[0] || (actual[0] === least[0] && actual[1] < least[1])
}

function refuse(sentence) {
  process.stderr.write(sentence + '\n')
  process.exitCode = 1
}
