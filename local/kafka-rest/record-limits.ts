/** The producer's `max.request.size` in bytes. */
export const MAX_REQUEST_SIZE = 1_048_576;

const BATCH_OVERHEAD = 61;
const MAX_RECORD_OVERHEAD = 21;
const NO_HEADERS = 1;

/** The upper bound that Kafka's producer takes for a record's size, in bytes. */
export function serializedSize(key: Buffer | null, value: Buffer | null): number {
  return BATCH_OVERHEAD + MAX_RECORD_OVERHEAD + fieldSize(key) + fieldSize(value) + NO_HEADERS;
}

function fieldSize(bytes: Buffer | null): number {
  return bytes === null ? 1 : varintSize(bytes.length) + bytes.length;
}

/** Bytes of a zigzag varint that holds `length`. */
function varintSize(length: number): number {
  let size = 1;
  for (let rest = length * 2; rest >= 128; rest = Math.floor(rest / 128)) size += 1;
  return size;
}

/** Kafka's rule for topic names. */
export function isTopicName(name: string): boolean {
  return /^[a-zA-Z0-9._-]{1,249}$/.test(name) && name !== '.' && name !== '..';
}
