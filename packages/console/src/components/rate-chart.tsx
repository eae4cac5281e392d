import type { JSX } from 'preact'
import { formats, text } from '../lib/page-text.ts'
import { drawArea, drawLine, peakOf } from '../lib/rate-history.ts'
import type { Incoming } from '../state/incoming.ts'

const size = { width: 480, height: 56 }

/** How many bytes a second arrived in the last minute. */
export function RateChart({ incoming }: { readonly incoming: Incoming }): JSX.Element {
  const history = incoming.history.value
  const bytesPerSecond = incoming.bytesPerSecond.value
  const now = formats.rate(bytesPerSecond)
  const peak = formats.rate(peakOf(history, bytesPerSecond))
  return (
    <figure class="chart">
      <figcaption class="chart-caption">
        <span class="faint">{text.chartSpan}</span>
        <span class="dotted">
          <span>
            <span class="faint">{text.chartNow}</span> {now}
          </span>
          <span>
            <span class="faint">{text.chartPeak}</span> {peak}
          </span>
        </span>
      </figcaption>
      <svg
        class="chart-plot"
        viewBox={`0 -2 ${size.width} ${size.height + 4}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${text.chartTitle}: ${text.chartSummary(now, peak)}`}
      >
        <path class="chart-area" d={drawArea(history, size)} />
        <path class="chart-line" d={drawLine(history, size)} vector-effect="non-scaling-stroke" />
      </svg>
    </figure>
  )
}
