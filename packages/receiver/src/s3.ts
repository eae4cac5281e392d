export { createS3Storage, type S3StorageOptions } from './lib/storage/s3/s3-storage.ts'
