import { join } from 'node:path'
import { uploadDay } from './upload-id.ts'

/** The record's name in an upload's folder. */
export const recordName = 'upload.json'

/**
 * Where things are under a disk storage's root: `2026-11-23/<id>/photo.jpg`, `.incoming/` for what is half-done, and
 * `.claims/` for names that one upload alone can have.
 */
export class DiskLayout {
  readonly root: string
  readonly incoming: string
  readonly claims: string

  constructor(root: string) {
    this.root = root
    this.incoming = join(root, '.incoming')
    this.claims = join(root, '.claims')
  }

  dayFolder(day: string): string {
    return join(this.root, day)
  }

  uploadFolder(id: string): string {
    return join(this.root, uploadDay(id), id)
  }

  record(id: string): string {
    return join(this.uploadFolder(id), recordName)
  }
}

/** Whether a folder's name is that of a day. */
export function isDayFolder(name: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(name)
}
