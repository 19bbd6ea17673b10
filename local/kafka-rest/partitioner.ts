const SEED = 0x9747b28c | 0;
const M = 0x5bd1e995;

/** Kafka's 32-bit murmur2 as a signed number: what its producer hashes keys with. */
export function murmur2(bytes: Buffer): number {
  const length = bytes.length;
  let hash = SEED ^ length;
  const whole = length & ~3;
  for (let at = 0; at < whole; at += 4) {
    let word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    word = Math.imul(word, M);
    word ^= word >>> 24;
    hash = Math.imul(hash, M) ^ Math.imul(word, M);
  }
  const rest = length - whole;
  if (rest > 2) hash ^= bytes[whole + 2]! << 16;
  if (rest > 1) hash ^= bytes[whole + 1]! << 8;
  if (rest > 0) hash = Math.imul(hash ^ bytes[whole]!, M);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, M);
  return hash ^ (hash >>> 15);
}

/** The partition of a record with a key. */
export function partitionOfKey(key: Buffer, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions;
}
