import { createHash, randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'

const kibibyte = 1024

/** A file to upload: its name is odd, or its size is. */
export interface OddFile {
  readonly name: string
  readonly path: string
  readonly sizeBytes: number
  readonly sha256: string
}

const oddSizes = [0, 1, 64 * kibibyte - 1, 64 * kibibyte, 64 * kibibyte + 1]

/** The names of the odd files. */
export const oddNames: readonly string[] = [
  ...oddSizes.map((sizeBytes) => `${sizeBytes} bytes.bin`),
  'say "hi".txt',
  "it's; a=b.txt",
  '照片 一.jpg',
  '👨‍👩‍👧.png',
  '100% %20 %zz.txt',
  'line\nbreak.txt',
  `${'x'.repeat(196)}.txt`,
]

/** Form fields with values that are easily mangled. */
export const oddFields: Readonly<Record<string, string>> = {
  plain: 'test',
  备注: '第一行\r\n"第二行"',
  empty: '',
  query: 'a=b&c=%26+d',
  'say "hi"': "it's; --boundary",
}

/** Writes the odd files with random content into a folder. Returns them by their names. */
export async function writeOddFiles(folder: string): Promise<ReadonlyMap<string, OddFile>> {
  await mkdir(folder, { recursive: true })
  const files = oddNames.map(async (name, index): Promise<[string, OddFile]> => {
    const content = randomBytes(oddSizes[index] ?? 100)
    const filePath = path.join(folder, name)
    await writeFile(filePath, content)
    const sha256 = createHash('sha256').update(content).digest('hex')
    return [name, { name, path: filePath, sizeBytes: content.length, sha256 }]
  })
  return new Map(await Promise.all(files))
}
