import path from 'node:path'

/** Control characters, those that turn the writing direction, and line and paragraph separators. */
export const unsafeInLine: RegExp = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu

/** The last segment of a path as it can be shown in one line. */
export function formatDisplayName(filePath: string): string {
  return escapeControls(path.basename(filePath))
}

/** A text as it can be shown in one line: characters that would move or recolour others are written as escapes. */
export function escapeControls(text: string): string {
  return text.replace(unsafeInLine, (character) => {
    const escaped = JSON.stringify(character).slice(1, -1)
    return escaped === character
      ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
      : escaped
  })
}

/** A text of many lines as a terminal can show it. See {@link escapeControls}; tabs and line breaks stay. */
export function escapeLines(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/[^\n\t]+/g, escapeControls)
}
