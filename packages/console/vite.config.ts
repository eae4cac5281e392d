import { readdirSync } from 'node:fs'
import { defineConfig } from 'vite'

// Every page is an HTML file in this folder.
const pages = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.html'))

export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  build: {
    // The server that shows the pages is published with them.
    outDir: '../receiver/dist/console',
    emptyOutDir: true,
    // What the content security policy forbids must not be made: nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'baseline-widely-available',
    rolldownOptions: { input: pages },
  },
})
