import { expect, it } from 'vitest'
import { caseGroups } from '../suite/conformance-cases.ts'
import { formatConformancePage } from './format-conformance-page.ts'

it('docs/conformance.md lists every case as the suite has it, which `-u` puts right', async () => {
  const page = formatConformancePage(caseGroups)
  await expect(page).toMatchFileSnapshot('../../docs/conformance.md')
})
