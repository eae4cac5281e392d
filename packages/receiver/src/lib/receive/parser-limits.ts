import type { MultipartError, MultipartErrorCode, MultipartLimits } from '@wx-upload/multipart'
import { limitError, ReceiverError } from '../problem/errors.ts'
import type { Limits } from './limits.ts'

/** The limits that the parser itself checks, under its own names. */
export function parserLimits(limits: Limits): Partial<MultipartLimits> {
  return {
    maxParts: limits.parts,
    maxFields: limits.fields,
    maxFiles: limits.files,
    maxFieldSize: limits.fieldSizeBytes,
    maxFileSize: limits.fileSizeBytes,
    maxHeaderSize: limits.headerSizeBytes,
  }
}

interface LimitText {
  /** What the limit is called here. */
  readonly name: string
  /** What is wrong with a body that is over it. */
  readonly found: (limit: number) => string
}

// The parser's own limits; the rest of its codes are about form.
const limitTexts: Partial<Record<MultipartErrorCode, LimitText>> = {
  'too-many-parts': {
    name: 'parts',
    found: (limit) => `there are more than ${limit} files and fields`,
  },
  'too-many-fields': { name: 'fields', found: (limit) => `there are more than ${limit} fields` },
  'too-many-files': { name: 'files', found: (limit) => `there are more than ${limit} files` },
  'field-too-large': {
    name: 'fieldSizeBytes',
    found: (limit) => `a field is larger than ${limit} bytes`,
  },
  'file-too-large': {
    name: 'fileSizeBytes',
    found: (limit) => `a file is larger than ${limit} bytes`,
  },
  'headers-too-large': {
    name: 'headerSizeBytes',
    found: (limit) => `the headers of a part are larger than ${limit} bytes`,
  },
  'too-many-headers': {
    name: 'headers',
    found: (limit) => `a part has more than ${limit} headers`,
  },
  'preamble-too-large': {
    name: 'preambleSizeBytes',
    found: (limit) => `more than ${limit} bytes come before the first part`,
  },
  'epilogue-too-large': {
    name: 'epilogueSizeBytes',
    found: (limit) => `more than ${limit} bytes come after the last part`,
  },
}

/** What a failure of the parser is to a client. */
export function multipartProblem(error: MultipartError): ReceiverError {
  if (error.code === 'not-multipart')
    return new ReceiverError('not-multipart', error.message, { cause: error })
  const { code, limit: value } = error
  const text = limitTexts[code]
  if (text !== undefined && value !== undefined) {
    return limitError({ name: text.name, value }, text.found(value))
  }
  return new ReceiverError('malformed', error.message, { cause: error })
}
