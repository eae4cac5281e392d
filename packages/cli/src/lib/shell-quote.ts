import { unsafeInLine } from './display-name.ts'

/** The shells whose quotes are known: those of POSIX systems (bash, zsh, dash), and PowerShell. */
export type Shell = 'posix' | 'powershell'

/** What people paste commands into on this machine. */
const ownShell: Shell = process.platform === 'win32' ? 'powershell' : 'posix'

/**
 * A text as one word of a command line, in one line that is safe to show.
 *
 * Characters that would move or recolour others are escapes in `$'…'`, which bash, zsh and ksh read; dash does not.
 */
export function quoteForShell(text: string, shell: Shell = ownShell): string {
  if (shell === 'powershell') {
    return /^[\w./\\:-]+$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`
  }
  // zsh looks for a command where a word begins with =.
  if (/^[\w@%+:,./-][\w@%+:,./=-]*$/.test(text)) return text
  if (text.search(unsafeInLine) === -1) return `'${text.replaceAll("'", String.raw`'\''`)}'`
  // The exclamation mark too: some versions look there for what was typed before.
  const quoted = text
    .replaceAll(/[\\']/g, String.raw`\$&`)
    .replaceAll('!', escapeBytes)
    .replaceAll(unsafeInLine, escapeBytes)
  return `$'${quoted}'`
}

/** Three octal digits a byte, so that no digit after them is taken for one of theirs. */
function escapeBytes(character: string): string {
  return [...Buffer.from(character)]
    .map((byte) => `\\${byte.toString(8).padStart(3, '0')}`)
    .join('')
}
