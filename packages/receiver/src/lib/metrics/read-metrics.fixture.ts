/** What a scraper reads: the value of each series by its name and labels, as they are written. */
export interface ReadMetrics {
  readonly names: readonly string[]
  value(series: string): number | undefined
}

/** Reads the metrics of a server in the text format. */
export async function readMetrics(url: string): Promise<ReadMetrics> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const values = new Map<string, number>()
  for (const [, series = '', value] of text.matchAll(/^([^#\s].*) (\S+)$/gm))
    values.set(series, Number(value))
  return {
    names: [...new Set([...values.keys()].map((series) => series.replace(/\{.*/, '')))],
    value: (series) => values.get(series),
  }
}
