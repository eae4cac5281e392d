// @ts-check

/**
 * The projects of the tests that vitest's arguments name; none where all of them are to run.
 *
 * @param {readonly string[]} vitestArguments
 * @returns {string[]}
 */
export function namedProjects(vitestArguments) {
  return vitestArguments.flatMap((argument, index) => {
    if (argument === '--project') return vitestArguments[index + 1] ?? []
    return argument.startsWith('--project=') ? argument.slice('--project='.length) : []
  })
}
