import { createBoundary } from '@wx-upload/multipart'

/** 128 random bits, in 32 hexadecimal digits: those of a boundary. */
export function randomHex(): string {
  return createBoundary().slice(-32)
}
