import { type ReadonlySignal, signal } from '@preact/signals'
import { language } from '../../lib/page-language.ts'
import { createKeptText } from '../kept-text.ts'
import type { Sample } from '../samples/sample.ts'
import { formatSample, samples } from '../samples/samples.ts'

/** The samples, and what a person has made of them. */
export interface SampleShelf {
  readonly current: ReadonlySignal<Sample>
  /** The ids of those whose text is not as it was given. */
  readonly changed: ReadonlySignal<ReadonlySet<string>>
  open(sampleId: string): void
  /** The text of the current sample, as it was left. */
  text(): string
  /** The text of the current sample, as it was given. */
  original(): string
  /** Keeps what has become of the current sample. */
  keep(text: string): void
}

/** Makes the shelf of this tab, with the sample open that was open before. */
export function createSampleShelf(): SampleShelf {
  const kept = createKeptText(() => sessionStorage)
  const current = signal(findSample(kept.getOpen()))
  const changed = signal<ReadonlySet<string>>(
    new Set(samples.map(({ id }) => id).filter((id) => kept.get(id) !== undefined)),
  )

  function original(): string {
    return formatSample(current.value, { language, origin: location.origin })
  }

  return {
    current,
    changed,
    original,
    open(sampleId) {
      current.value = findSample(sampleId)
      kept.setOpen(current.value.id)
    },
    text: () => kept.get(current.value.id) ?? original(),
    keep(text) {
      const { id } = current.value
      const isChanged = text !== original()
      if (isChanged) kept.keep(id, text)
      else kept.forget(id)
      if (changed.value.has(id) === isChanged) return
      changed.value = new Set(
        isChanged ? [...changed.value, id] : [...changed.value].filter((other) => other !== id),
      )
    },
  }
}

function findSample(id: string | undefined): Sample {
  return samples.find((sample) => sample.id === id) ?? samples[0]
}
