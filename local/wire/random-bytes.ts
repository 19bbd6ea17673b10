import { randomFillSync } from 'node:crypto';

/** A draw from the system costs about the same whatever its length, so bytes for the ids of many requests are drawn at once. */
const drawn = Buffer.alloc(16 * 1024);
let next = drawn.length;

/** Random bytes of which nobody else gets any: at most 1 kB, to be used before the next draw. */
export function draw(count: number): Buffer {
  if (next + count > drawn.length) {
    randomFillSync(drawn);
    next = 0;
  }
  next += count;
  return drawn.subarray(next - count, next);
}

/** A random UUID, as RFC 9562 has it. */
export function drawUuid(): string {
  const bytes = draw(16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const digits = bytes.toString('hex');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`;
}
