import { createHash, type Hash } from 'node:crypto'
import type { MultipartHandler, PartHeader } from '@wx-upload/multipart'
import { lookup } from 'mrmime'
import { limitError, ReceiverError } from '../problem/errors.ts'
import type { PendingFile, PendingUpload, StoredFile, UploadDraft } from '../storage/storage.ts'
import type { TicketGate } from '../ticket/ticket-gate.ts'
import type { CheckedFile, FileTypeCheck, TypeRule } from '../types/file-type-check.ts'
import { FieldValue } from './field-value.ts'
import type { GatheredWriter } from './gathered-writer.ts'

const nameless = 'file'

/** How to take the parts of one upload. */
export interface UploadPartsOptions {
  readonly upload: PendingUpload
  readonly writer: GatheredWriter
  readonly checksum: 'sha256' | 'none'
  readonly fieldsSizeBytes: number
  /** Holds the upload to its ticket; undefined where none is needed. */
  readonly gate: TicketGate | undefined
  /** What all files may be. */
  readonly typeRules: readonly TypeRule[]
  /** Begins to check a file; undefined where no file can have rules. Throws the failure that is seen at once. */
  readonly checkType: ((file: CheckedFile) => FileTypeCheck) | undefined
  /** A file begins. */
  readonly onFile: (sentName: string) => void
  /** A file's content, looked at meanwhile, is of no allowed type. */
  readonly onRefused: (error: unknown) => void
}

interface OpenFile {
  readonly part: PartHeader
  readonly sentName: string
  readonly target: PendingFile
  readonly hash: Hash | undefined
  readonly typeCheck: FileTypeCheck | undefined
  size: number
}

/** Turns parts into fields, which are kept, and files, which go to the writer as they come. */
export class UploadParts implements MultipartHandler {
  readonly #options: UploadPartsOptions
  readonly #files: StoredFile[] = []
  // A field may be called `__proto__`.
  readonly #fields: Record<string, string | string[]> = Object.create(null)
  #part: PartHeader | undefined
  #value: FieldValue | undefined
  #file: OpenFile | undefined
  #fieldsSize = 0
  #filesSize = 0

  constructor(options: UploadPartsOptions) {
    this.#options = options
  }

  /** Bytes of all files so far. */
  get filesSize(): number {
    return this.#filesSize
  }

  onPart(part: PartHeader): void {
    this.#part = part
    if (part.fileName === undefined) this.#value = new FieldValue()
    else if (part.fileName !== '') this.#file = this.#openFile(part, part.fileName)
    // A part with an empty file name is a file input in which nothing was chosen, unless bytes come.
  }

  onData(chunk: Uint8Array): void {
    if (this.#value !== undefined) {
      this.#fieldsSize += chunk.length
      const { fieldsSizeBytes } = this.#options
      if (this.#fieldsSize > fieldsSizeBytes) {
        throw limitError(
          { name: 'fieldsSizeBytes', value: fieldsSizeBytes },
          `the fields together are larger than ${fieldsSizeBytes} bytes`,
        )
      }
      this.#value.append(chunk)
      return
    }
    if (this.#part === undefined) return
    const file = (this.#file ??= this.#openFile(this.#part, nameless))
    file.size += chunk.length
    this.#filesSize += chunk.length
    this.#options.gate?.takeFileBytes(file.size)
    file.typeCheck?.take(chunk)
    file.hash?.update(chunk)
    this.#options.writer.write(file.target, chunk)
  }

  onPartEnd(): void {
    if (this.#file !== undefined) this.#endFile(this.#file)
    else if (this.#value !== undefined && this.#part !== undefined)
      this.#addField(this.#part.name, this.#value)
    this.#part = undefined
    this.#value = undefined
    this.#file = undefined
  }

  /** All of it, when the body is complete. */
  draft(): UploadDraft {
    return { receivedAt: new Date().toISOString(), files: this.#files, fields: this.#fields }
  }

  /** Nothing more is taken. */
  stop(): void {
    this.#file?.typeCheck?.stop()
  }

  #openFile(part: PartHeader, sentName: string): OpenFile {
    const { gate, upload, checksum, onFile } = this.#options
    gate?.takeFile()
    onFile(sentName)
    const pending = upload.createFile(sentName)
    const typeCheck = this.#checkType({ name: sentName, type: part.type }, pending)
    return {
      part,
      sentName,
      target: typeCheck?.checked ?? pending,
      hash: checksum === 'sha256' ? createHash('sha256') : undefined,
      typeCheck,
      size: 0,
    }
  }

  #checkType(claim: CheckedFile['claim'], target: PendingFile): FileTypeCheck | undefined {
    const { gate, typeRules, checkType, onRefused } = this.#options
    const rules = [...typeRules, ...(gate?.typeRules ?? [])]
    if (rules.length === 0) return undefined
    if (checkType === undefined) throw new Error('a file has rules that nothing checks')
    return checkType({ claim, rules, target, onRefused })
  }

  #endFile({ part, sentName, target, hash, typeCheck, size }: OpenFile): void {
    typeCheck?.end()
    this.#options.writer.end(target)
    this.#files.push({
      field: part.name,
      name: sentName,
      storedAs: target.storedAs,
      type: part.type ?? lookup(target.storedAs) ?? 'application/octet-stream',
      size,
      sha256: hash?.digest('hex') ?? null,
    })
  }

  #addField(name: string, collected: FieldValue): void {
    const value = collected.toText()
    if (value === undefined) {
      throw new ReceiverError(
        'malformed',
        `Reading the field ${JSON.stringify(name)}: its value is not UTF-8`,
      )
    }
    if (this.#options.gate?.takeField(name, value) === false) return
    const before = this.#fields[name]
    if (before === undefined) this.#fields[name] = value
    else if (typeof before === 'string') this.#fields[name] = [before, value]
    else before.push(value)
  }
}
