/** What a file is, as far as its picture is concerned. */
export type FileKind =
  | 'image'
  | 'video'
  | 'audio'
  | 'document'
  | 'table'
  | 'archive'
  | 'code'
  | 'other'

const byExtension: ReadonlyMap<string, FileKind> = new Map(
  Object.entries({
    image: 'jpg jpeg png gif webp avif heic heif bmp svg tif tiff ico',
    video: 'mp4 mov webm mkv avi m4v',
    audio: 'mp3 wav flac ogg m4a aac opus',
    document: 'pdf txt md doc docx odt rtf ppt pptx odp epub',
    table: 'csv tsv xls xlsx ods numbers',
    archive: 'zip gz tgz tar 7z rar xz zst bz2 apk dmg iso',
    code: 'js mjs cjs ts tsx jsx json html css xml yml yaml toml sh py go rs java c h cpp wxml wxss sql',
  }).flatMap(([kind, extensions]) =>
    // The keys above are kinds.
    extensions.split(' ').map((extension) => [extension, kind as FileKind] as const),
  ),
)

/** The kind of a file by its media type, and by its name where the type says little. */
export function kindOfFile({ name, type }: { name: string; type: string }): FileKind {
  const [family = ''] = type.split('/')
  if (family === 'image' || family === 'video' || family === 'audio') return family
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  return byExtension.get(extension) ?? (family === 'text' ? 'document' : 'other')
}

/** What is larger is not decoded for the sake of a small picture. */
const maxThumbnailBytes = 20_000_000

/** Whether a browser can show a file as a picture at little cost. The server hands out no SVG that a page would show. */
export function hasThumbnail({ type, size }: { type: string; size: number }): boolean {
  return (
    /^image\/(?:jpeg|png|gif|webp|avif|bmp)\b/.test(type) && size > 0 && size <= maxThumbnailBytes
  )
}
