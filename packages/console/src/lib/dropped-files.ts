/** A file that a person wants to send. */
export interface ChosenFile {
  readonly file: File
  /** The folders that it was dropped with, `a/b/`; empty where it was not in one. */
  readonly folder: string
}

/** Some of the files of a drop. */
export interface FoundFiles {
  readonly files: readonly ChosenFile[]
  /** How many files and folders were found that cannot be read. */
  readonly unreadable: number
}

/**
 * The files of a drop or of the clipboard, and those in folders and their folders, in batches as they are found.
 *
 * Has to be called while the event is being dispatched: what it holds is gone afterwards.
 */
export function readFiles(transfer: DataTransfer): AsyncGenerator<FoundFiles> {
  const files: ChosenFile[] = []
  const folders: FileSystemDirectoryEntry[] = []
  for (const item of transfer.items) {
    const entry = item.webkitGetAsEntry()
    if (entry !== null && isFolder(entry)) folders.push(entry)
    else {
      const file = item.getAsFile()
      if (file !== null) files.push({ file, folder: '' })
    }
  }
  return walk(files, folders)
}

/** Whether a drag or the clipboard holds files, as opposed to text. */
export function holdsFiles(transfer: DataTransfer | null): transfer is DataTransfer {
  return transfer?.types.includes('Files') ?? false
}

async function* walk(
  files: readonly ChosenFile[],
  folders: FileSystemDirectoryEntry[],
): AsyncGenerator<FoundFiles> {
  if (files.length > 0) yield { files, unreadable: 0 }
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    const reader = folder.createReader()
    // A folder is read a hundred entries at a time, until there are none.
    for (;;) {
      const entries = await readEntries(reader)
      if (entries === undefined) {
        yield { files: [], unreadable: 1 }
        break
      }
      if (entries.length === 0) break
      folders.push(...entries.filter(isFolder))
      const opened = await Promise.all(entries.filter(isFile).map(openEntry))
      const readable = opened.filter((file) => file !== undefined)
      yield { files: readable, unreadable: opened.length - readable.length }
    }
  }
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function readEntries(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[] | undefined> {
  return new Promise((resolve) => reader.readEntries(resolve, () => resolve(undefined)))
}

function openEntry(entry: FileSystemFileEntry): Promise<ChosenFile | undefined> {
  const folder = entry.fullPath.slice(1, -entry.name.length)
  return new Promise((resolve) => {
    entry.file(
      (file) => resolve({ file, folder }),
      () => resolve(undefined),
    )
  })
}
