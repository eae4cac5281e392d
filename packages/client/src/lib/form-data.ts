import type { FieldPart } from '@wx-upload/multipart'
import { aDate } from './arguments.ts'
import { UploadError } from './errors.ts'

/**
 * The fields that a `formData` object stands for, in the order of its own keys. [U-12]
 *
 * @throws {UploadError} `form-data` where a value has no JSON form (a cycle, a bigint inside, a function)
 */
export function formatFormData(formData: Readonly<Record<string, unknown>>): FieldPart[] {
  const fields: FieldPart[] = []
  for (const [name, given] of Object.entries(formData)) {
    const value = formatValue(name, given)
    if (value !== undefined) fields.push({ name, value })
  }
  return fields
}

function formatValue(name: string, value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined
  let text: string | undefined
  let cause: unknown
  try {
    text = formatText(value)
  } catch (error) {
    cause = error
  }
  if (text !== undefined) return text
  throw new UploadError('form-data', { detail: `formData.${name} has no JSON form`, cause })
}

/** Undefined, or thrown, where there is none. */
function formatText(value: unknown): string | undefined {
  if (aDate.is(value)) return value.toISOString()
  const isJson = ['object', 'function', 'symbol'].includes(typeof value)
  return isJson ? JSON.stringify(value) : String(value)
}
