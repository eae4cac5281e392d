import type { Content } from './detect-content.ts'
import {
  anyBytes,
  commonName,
  essenceOf,
  extensionOf,
  isRecognizable,
  isTextual,
  typesOfExtension,
} from './known-types.ts'
import { rangesHave } from './media-range.ts'

/** What a file is called, and what its client says it is. */
export interface FileClaim {
  /** As it was sent. */
  readonly name: string
  /** The Content-Type as it was sent. */
  readonly type: string | undefined
}

/** What is wrong with a file's name or Content-Type, as the end of a sentence; undefined where the ranges have both. */
export function findWrongClaim(
  { name, type }: FileClaim,
  ranges: readonly string[],
): string | undefined {
  const extension = extensionOf(name)
  if (extension !== undefined && !haveAny(ranges, typesByName(extension))) {
    return `its name ends in ${JSON.stringify(`.${extension}`)}`
  }
  const essence = essenceOf(type)
  if (essence !== undefined && !rangesHave(ranges, essence)) {
    return `its Content-Type is ${JSON.stringify(essence)}`
  }
  return undefined
}

/**
 * What is wrong with a file's content, as the end of a sentence; undefined where the ranges have it. A format that tells itself
 * is what it says. What does not is what its name says, else its Content-Type: text may be any kind of text; bytes may be a
 * type that no bytes tell, where the ranges name it in full.
 */
export function findWrongContent(
  content: Content,
  claim: FileClaim,
  ranges: readonly string[],
): string | undefined {
  switch (content.kind) {
    case 'format':
      return haveAny(ranges, typesOfFormat(content, claim))
        ? undefined
        : `its content is ${commonName(content.type)}`
    case 'text':
      return haveAny(ranges, textTypes(claim)) || haveOpaque(ranges, claim)
        ? undefined
        : 'its content is text'
    case 'unknown':
      return haveOpaque(ranges, claim) ? undefined : 'its content is of no known type'
    default:
      return content satisfies never
  }
}

/** Every name of a format, and what its container may hold. */
function typesOfFormat(
  { type, extension }: { readonly type: string; readonly extension: string },
  claim: FileClaim,
): readonly string[] {
  const held = heldTypes[type]
  return [
    commonName(type),
    ...typesOfExtension(extension),
    ...claimedTypes(claim).filter((claimed) => held?.test(claimed) === true),
  ]
}

// The beginning of a file does not always tell what a container holds: then it is what its name says, where that can be.
const heldTypes: Readonly<Record<string, RegExp>> = {
  'application/zip':
    /^application\/(?:vnd\.(?:openxmlformats-officedocument|oasis\.opendocument)\..+|vnd\.ms-.+\.macroenabled\.12|java-archive|vnd\.android\.package-archive|.+\+zip)$/,
  'application/x-cfb':
    /^application\/(?:msword|vnd\.(?:ms-(?:excel|powerpoint|outlook|project|works)|visio))$/,
  'application/xml': /^(?!image\/).+[+/]xml$/,
  'application/ogg': /^(?:audio|video)\/ogg$/,
  'audio/ogg': /^video\/ogg$/,
  'image/apng': /^image\/png$/,
  'image/heic': /^image\/heif$/,
  'image/heif': /^image\/(?:heic|avif)$/,
  'video/3gpp': /^(?:audio\/3gpp|video\/mp4)$/,
  'video/matroska': /^(?:audio|video)\/(?:x-)?matroska$/,
  'video/mp4': /^(?:audio\/(?:mp4|x-m4a)|video\/(?:x-m4v|quicktime))$/,
  'video/webm': /^audio\/webm$/,
  'video/x-m4v': /^video\/mp4$/,
  'video/x-ms-asf': /^(?:audio\/x-ms-wma|video\/x-ms-wmv)$/,
}

/** What a text may be: the kinds of text that its name says; any kind of text is plain, where nothing says more. */
function textTypes(claim: FileClaim): readonly string[] {
  const isUnnamed = extensionOf(claim.name) === undefined && essenceOf(claim.type) === undefined
  return isUnnamed ? ['text/plain'] : claimedTypes(claim).filter(isTextual)
}

/** Whether the ranges name, in full, a type that the file may well be and that no bytes tell. */
function haveOpaque(ranges: readonly string[], claim: FileClaim): boolean {
  return claimedTypes(claim).some(
    (type) =>
      !isTextual(type) &&
      !isRecognizable(type) &&
      ranges.some((range) => range.toLowerCase() === type),
  )
}

/** What a file is taken for: what its name says, else its Content-Type. */
function claimedTypes({ name, type }: FileClaim): readonly string[] {
  const extension = extensionOf(name)
  return extension === undefined ? [essenceOf(type) ?? anyBytes] : typesByName(extension)
}

// An extension that nobody knows may be run by somebody.
function typesByName(extension: string): readonly string[] {
  const types = typesOfExtension(extension)
  return types.length > 0 ? types : [anyBytes]
}

function haveAny(ranges: readonly string[], types: readonly string[]): boolean {
  return types.some((type) => rangesHave(ranges, type))
}
