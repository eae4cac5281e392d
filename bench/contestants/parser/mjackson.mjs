import { MultipartParser } from '@mjackson/multipart-parser'
import { countMultipartParser } from '../count-multipart-parser.mjs'

/** @mjackson/multipart-parser. */
export function parse({ boundary, chunks }) {
  return countMultipartParser(new MultipartParser(boundary, { maxFileSize: Infinity }), chunks)
}
