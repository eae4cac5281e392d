import { MultipartParser } from '@remix-run/multipart-parser'
import { countMultipartParser } from '../count-multipart-parser.mjs'

const limits = { maxFileSize: Infinity, maxParts: Infinity, maxTotalSize: Infinity }

/** @remix-run/multipart-parser. */
export function parse({ boundary, chunks }) {
  return countMultipartParser(new MultipartParser(boundary, limits), chunks)
}
