import type { FieldPart } from '@wx-upload/multipart'
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
  if (isDate(value)) return formatDate(name, value)
  const isJson =
    typeof value === 'object' || typeof value === 'function' || typeof value === 'symbol'
  return isJson ? formatJson(name, value) : String(value)
}

/** One of another window's is of another class. */
function isDate(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]'
}

function formatJson(name: string, value: object | symbol): string {
  let json: string | undefined
  let cause: unknown
  try {
    json = JSON.stringify(value)
  } catch (error) {
    cause = error
  }
  if (json !== undefined) return json
  throw new UploadError('form-data', { detail: `formData.${name} has no JSON form`, cause })
}

function formatDate(name: string, date: Date): string {
  if (Number.isNaN(date.getTime())) {
    throw new UploadError('form-data', { detail: `formData.${name} is an invalid date` })
  }
  return date.toISOString()
}
