import { type Extension, StateEffect, type StateEffectType, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view'

/** Marks the line at a position, and no other; undefined: none. */
export const markLine: StateEffectType<number | undefined> = StateEffect.define<
  number | undefined
>()

const mark = Decoration.line({ class: 'cm-markedLine' })

/** The line that is marked; a change of the text ends it. */
export const markedLine: Extension = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marked, { docChanged, effects, state }) {
    const effect = effects.findLast((effect) => effect.is(markLine))
    if (effect === undefined) return docChanged ? Decoration.none : marked
    if (effect.value === undefined) return Decoration.none
    return Decoration.set(mark.range(state.doc.lineAt(effect.value).from))
  },
  provide: (field) => EditorView.decorations.from(field),
})
