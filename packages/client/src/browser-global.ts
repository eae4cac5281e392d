/**
 * Puts `wx` on `globalThis` where there is none, so that a mini-program's code runs unchanged in a page.
 *
 * @module
 */
import { wx } from './browser.ts'

if (!('wx' in globalThis)) Object.assign(globalThis, { wx })
