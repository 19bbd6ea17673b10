export { listenS3 } from './listener';
export { S3, type S3Options } from './s3';
