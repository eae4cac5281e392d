// @ts-check
import { accessSync, constants, statSync } from 'node:fs'
import path from 'node:path'

/**
 * The path of a program; undefined where there is none. Servers lie in a folder that is not in everybody's `PATH`.
 *
 * @param {string} name
 * @param {string} [searchPath] the folders to look in.
 * @returns {string | undefined}
 */
export function findProgram(name, searchPath = `${process.env.PATH ?? ''}:/usr/sbin`) {
  const folders = searchPath.split(path.delimiter).filter((folder) => folder !== '')
  return folders.map((folder) => path.join(folder, name)).find(isProgram)
}

/**
 * Whether this file can be run.
 *
 * @param {string} file
 */
export function isProgram(file) {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
