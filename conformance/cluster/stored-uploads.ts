import { hashBytes } from './content.ts'

/** An upload as a receiver lists it. */
export interface ListedUpload {
  readonly id: string
  readonly files: readonly {
    readonly sha256: string
    readonly size: number
    readonly url: string
  }[]
  readonly fields: { readonly upload: string }
}

interface Page {
  readonly uploads: readonly ListedUpload[]
  readonly next: string | null
}

/** Every upload that a receiver lists, page by page. */
export async function listUploads(receiver: string): Promise<ListedUpload[]> {
  const uploads: ListedUpload[] = []
  let before = ''
  for (;;) {
    const response = await fetch(`${receiver}/uploads?limit=50${before}`)
    if (!response.ok) throw new Error(`${receiver} lists nothing: ${await response.text()}`)
    const page = (await response.json()) as Page
    uploads.push(...page.uploads)
    if (page.next === null) return uploads
    before = `&before=${page.next}`
  }
}

/** The SHA-256 of what a receiver gives back as one file of an upload. */
export async function hashStoredFile(
  receiver: string,
  { id, index }: { id: string; index: number },
): Promise<string> {
  const response = await fetch(`${receiver}/uploads/${id}/files/${index}`)
  if (!response.ok || response.body === null) {
    throw new Error(`${receiver} does not give back file ${index} of ${id}: ${response.status}`)
  }
  return hashBytes(response.body)
}
