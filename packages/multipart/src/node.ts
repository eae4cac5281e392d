import { nodeByteReader } from './lib/byte-reader.node.ts'
import { createParser, type MultipartParser, type MultipartParserOptions } from './lib/parse.ts'

export { createBoundary } from './lib/boundary.ts'
export { parseBoundary } from './lib/content-type.ts'
export {
  encodeMultipart,
  type EncodedMultipart,
  type EncodeMultipartOptions,
  type FieldPart,
  type FilePart,
  formatMultipart,
} from './lib/encode.ts'
export { MultipartError, type MultipartErrorCode } from './lib/errors.ts'
export { defaultMultipartLimits, type MultipartLimits } from './lib/limits.ts'
export type { MultipartHandler, MultipartParser, MultipartParserOptions } from './lib/parse.ts'
export type { PartHeader } from './lib/part-header.ts'

/**
 * Creates a parser of one multipart/form-data body. It keeps no byte of a part's body. Throws `boundary-invalid` and
 * `limit-invalid`.
 */
export function createMultipartParser(options: MultipartParserOptions): MultipartParser {
  return createParser(options, nodeByteReader)
}
