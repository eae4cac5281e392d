import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { language } from '../../lib/page-language.ts'
import { type CodeEditor, createCodeEditor } from '../editor/code-editor.ts'
import type { SampleGroup } from '../samples/sample.ts'
import { samples } from '../samples/samples.ts'
import { text } from './page-text.ts'
import type { SampleShelf } from './sample-shelf.ts'

/** The choice of samples. */
export function SampleChoice(props: {
  readonly shelf: SampleShelf
  readonly onChoose: (sampleId: string) => void
}): JSX.Element {
  const { shelf, onChoose } = props
  const groups: readonly SampleGroup[] = ['page', 'more', 'failure']
  return (
    <select
      class="sample-choice"
      aria-label={text.sample}
      value={shelf.current.value.id}
      onChange={(event) => onChoose(event.currentTarget.value)}
    >
      {groups.map((group) => (
        <optgroup key={group} label={text.sampleGroups[group]}>
          {samples
            .filter((sample) => sample.group === group)
            .map(({ id, title }) => (
              <option key={id} value={id}>
                {shelf.changed.value.has(id) ? text.changed(title[language]) : title[language]}
              </option>
            ))}
        </optgroup>
      ))}
    </select>
  )
}

/** The editor, which lives outside of what the page draws. */
export function EditorHost(props: {
  readonly shelf: SampleShelf
  readonly onRun: () => void
  readonly onMade: (editor: CodeEditor) => void
}): JSX.Element {
  const host = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (host.current === null) return undefined
    const editor = createCodeEditor({
      host: host.current,
      text: props.shelf.text(),
      label: text.editor,
      hint: text.editorHint,
      onChange: (code) => props.shelf.keep(code),
      onRun: props.onRun,
    })
    props.onMade(editor)
    return () => editor.close()
  }, [])
  return <div ref={host} class="editor-host" />
}
