import type { JsonValue, QuarantineReason } from '../contract';
import type { Random } from '../random';
import type { WireRow } from '../rows';
import { INVALID_KEYS, NO_KEYS } from './key-dirt';

/** A record that must go to quarantine, with the reason. */
export interface Intruder {
  readonly value: JsonValue;
  readonly reason: QuarantineReason;
}

const SCALARS: readonly JsonValue[] = [42, 0, true, false, 'hello', 'test message ✨', '{"index": 7', '---'];

/** A value from a producer's first tries: a template text, a row within a row, or a value that is not a row. */
export function poison(row: WireRow, keyName: string, random: Random): Intruder {
  switch (random.below(5)) {
    case 0:
      return {
        value: Object.fromEntries(Object.keys(row).map((column) => [column, `["${column}"]`])),
        reason: 'key_invalid',
      };
    case 1:
      return { value: { [keyName]: row }, reason: 'key_invalid' };
    case 2:
      return { value: {}, reason: 'key_missing' };
    case 3:
      return { value: [row], reason: 'not_json_object' };
    default:
      return { value: random.pick(SCALARS), reason: 'not_json_object' };
  }
}

export function withoutKey(row: WireRow, keyName: string, random: Random): Intruder {
  const key = random.pick(NO_KEYS);
  const { [keyName]: _, ...rest } = row;
  return { value: key === undefined ? rest : { [keyName]: key, ...rest }, reason: 'key_missing' };
}

export function withInvalidKey(row: WireRow, keyName: string, random: Random): Intruder {
  return { value: { ...row, [keyName]: random.pick(INVALID_KEYS) }, reason: 'key_invalid' };
}
