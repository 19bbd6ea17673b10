import type { Readable } from 'node:stream';

/** API Gateway's cap on a request body, in bytes (wire answer 413 above it). */
export const MAX_BODY_BYTES = 10_485_760;

/** Reads the whole body. Stops as soon as it is over `maxBytes`, and when the client breaks off. */
export function readBody(incoming: Readable, maxBytes: number): Promise<Buffer | 'too large' | 'broken off'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      incoming.off('data', take);
      resolve('too large');
    };
    incoming.on('data', take);
    incoming.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    incoming.on('error', () => resolve('broken off'));
    incoming.on('close', () => resolve('broken off'));
  });
}
