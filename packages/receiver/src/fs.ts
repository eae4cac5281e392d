export { createDiskStorage, type DiskStorageOptions } from './lib/storage/disk-storage.ts'
