/**
 * Puts `wx` on `globalThis` where there is none, so that a mini-program's code runs unchanged.
 *
 * @module
 */
import { wx } from './node.ts'

if (!('wx' in globalThis)) Object.assign(globalThis, { wx })
