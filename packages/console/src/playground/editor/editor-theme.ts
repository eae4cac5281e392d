import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** By the page's tokens alone, which are light or dark by themselves. */
const appearance = EditorView.theme({
  '&': {
    height: '100%',
    backgroundColor: 'var(--surface)',
    color: 'var(--text)',
    fontSize: 'var(--text-sm)',
  },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: 'var(--font-mono)',
    lineHeight: '1.65',
    overscrollBehavior: 'contain',
  },
  '.cm-content': { padding: 'var(--space-3) 0', caretColor: 'var(--accent-line)' },
  // What goes on in the next line is set in.
  '.cm-line': {
    padding: '0 var(--space-4) 0 calc(var(--space-2) + 4ch)',
    textIndent: '-4ch',
  },
  '.cm-cursor, .cm-dropCursor': { borderLeft: '2px solid var(--accent-line)' },
  '.cm-gutters': {
    border: 'none',
    backgroundColor: 'var(--surface)',
    color: 'var(--text-faint)',
  },
  '.cm-lineNumbers .cm-gutterElement': {
    minWidth: '2.75rem',
    padding: '0 var(--space-2) 0 var(--space-3)',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine, &.cm-focused .cm-activeLineGutter': {
    backgroundColor: 'var(--surface-hover)',
  },
  '&.cm-focused .cm-activeLineGutter': { color: 'var(--text-muted)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground':
    { backgroundColor: 'var(--code-selection)' },
  '&.cm-focused .cm-matchingBracket, .cm-matchingBracket': {
    backgroundColor: 'var(--accent-soft)',
    outline: '1px solid var(--border-strong)',
  },
  '&.cm-focused .cm-nonmatchingBracket, .cm-nonmatchingBracket': {
    backgroundColor: 'var(--danger-soft)',
  },
  // After the active line, which it is seen through.
  '.cm-line.cm-markedLine, &.cm-focused .cm-line.cm-markedLine': {
    backgroundColor: 'var(--danger-soft)',
    boxShadow: 'inset 2px 0 0 var(--danger-line)',
    // Seen in forced colours, where there is neither a background nor a shadow.
    outline: '1px solid transparent',
    outlineOffset: '-1px',
  },
})

const colours = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--code-comment)' },
  { tag: [tags.keyword, tags.operatorKeyword, tags.self], color: 'var(--code-keyword)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--code-number)' },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName)],
    color: 'var(--code-function)',
  },
  { tag: [tags.propertyName], color: 'var(--code-property)' },
  { tag: [tags.punctuation, tags.operator], color: 'var(--text-muted)' },
])

/** How the editor looks. */
export const editorTheme: Extension = [appearance, syntaxHighlighting(colours)]
