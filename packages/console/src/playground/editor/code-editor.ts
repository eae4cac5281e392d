import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { javascript } from '@codemirror/lang-javascript'
import { bracketMatching, indentOnInput } from '@codemirror/language'
import { EditorState, type Extension, Prec } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view'
import type { CodePlace } from '../protocol.ts'
import { editorTheme } from './editor-theme.ts'
import { markedLine, markLine } from './marked-line.ts'

/** An editor of JavaScript. */
export interface CodeEditor {
  readonly text: string
  /** Shows another text, with a history of its own. */
  open(text: string): void
  /** Puts another text in the place of all of this one; it can be undone. */
  replace(text: string): void
  /** Marks the line of an error, until the text changes; undefined for none. */
  mark(place: CodePlace | undefined): void
  /** Puts the cursor there. */
  goTo(place: CodePlace): void
  close(): void
}

/** What {@link createCodeEditor} is made with. */
export interface CodeEditorSetup {
  /** The element that it fills. */
  readonly host: HTMLElement
  readonly text: string
  readonly label: string
  readonly hint: string
  /** After each change of a person's. */
  readonly onChange: (text: string) => void
  /** Ctrl+Enter, or Cmd+Enter. */
  readonly onRun: () => void
}

/**
 * Makes an editor in the shadow of its host: there its styles are adopted sheets, while in the document they would be
 * elements, which the page's Content-Security-Policy forbids.
 */
export function createCodeEditor(setup: CodeEditorSetup): CodeEditor {
  const root = setup.host.shadowRoot ?? setup.host.attachShadow({ mode: 'open' })
  const hint = createHint(setup.hint)
  root.append(hint)
  const extensions = createExtensions(setup, hint.id)
  const view = new EditorView({ root, parent: root, state: createState(setup.text, extensions) })

  function positionOf({ line, column }: CodePlace): number {
    const { doc } = view.state
    const { from, to } = doc.line(Math.min(Math.max(line, 1), doc.lines))
    return Math.min(from + Math.max(column, 1) - 1, to)
  }

  return {
    get text() {
      return view.state.doc.toString()
    },
    open(text) {
      view.setState(createState(text, extensions))
    },
    replace(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } })
    },
    mark(place) {
      view.dispatch({ effects: markLine.of(place && positionOf(place)) })
    },
    goTo(place) {
      view.dispatch({ selection: { anchor: positionOf(place) }, scrollIntoView: true })
      view.focus()
    },
    close() {
      view.destroy()
      hint.remove()
    },
  }
}

function createState(doc: string, extensions: Extension): EditorState {
  return EditorState.create({ doc, extensions })
}

function createExtensions({ label, onChange, onRun }: CodeEditorSetup, hintId: string): Extension {
  return [
    // Before the default keys, which would insert a line.
    Prec.highest(
      keymap.of([
        {
          key: 'Mod-Enter',
          run() {
            onRun()
            return true
          },
        },
      ]),
    ),
    lineNumbers(),
    highlightActiveLineGutter(),
    highlightActiveLine(),
    highlightSpecialChars(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    javascript(),
    markedLine,
    editorTheme,
    EditorView.lineWrapping,
    // Tab indents; after Escape it leaves, and what says so is the description of the text.
    keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
    EditorView.domEventHandlers({ beforeinput: replaceSelection }),
    EditorView.contentAttributes.of({
      'aria-label': label,
      'aria-describedby': hintId,
      autocapitalize: 'off',
      spellcheck: 'false',
    }),
    EditorView.updateListener.of(({ docChanged, state }) => {
      if (docChanged) onChange(state.doc.toString())
    }),
  ]
}

/**
 * Types over a selection. A browser that did it by itself would put elements with inline styles between the lines, which the
 * page's Content-Security-Policy forbids, for the editor to take out again.
 */
function replaceSelection(event: InputEvent, view: EditorView): boolean {
  const { inputType, isComposing, data } = event
  if (inputType !== 'insertText' || isComposing || data === null) return false
  if (view.state.selection.main.empty) return false
  view.dispatch(view.state.replaceSelection(data), {
    userEvent: 'input.type',
    scrollIntoView: true,
  })
  return true
}

/** A description has to be in the same tree as what it describes. */
function createHint(text: string): HTMLElement {
  const hint = document.createElement('p')
  hint.id = 'editor-hint'
  hint.hidden = true
  hint.textContent = text
  return hint
}
