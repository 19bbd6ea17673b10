import { type Dataset, SCHEMAS } from '../../schema';
import type { JsonObject, JsonValue } from '../contract';
import type { Verdict } from '../draft';
import type { GeoFacts, PinFacts, UserFacts } from '../facts';

// Judges records by the cleaning rules, from the text on the wire alone. Only tests use it: the right answers never
// come from here, so a test compares two independent verdicts: the generator's and this one.

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIME =
  /^(?:(\d{4})([-:])(\d\d)\2(\d\d)[T ]|(\d\d)\/(\d\d)\/(\d{4}), )(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:Z|([-+])(\d\d):(\d\d))?$/;

/** The verdict of the rules on one record. */
export function judge(dataset: Dataset, value: JsonValue): Verdict {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return bad('not_json_object');
  const row = value as JsonObject;
  const keys = [row.index, row.ind].map(known).filter((key) => key !== null);
  if (keys.length === 2 && keys[0] !== keys[1]) return bad('key_conflict');
  if (keys.length === 0) return bad('key_missing');
  if (!/^\d+$/.test(keys[0] as string)) return bad('key_invalid');
  const { sourceColumns, sourceKey } = SCHEMAS[dataset];
  if (!sourceColumns.some(({ name }) => name !== sourceKey && name in row)) return bad('foreign_record');
  return JUDGES[dataset](row);
}

/** The verdict of each dataset's rules on a row with a key. */
const JUDGES: { readonly [D in Dataset]: (row: JsonObject) => Verdict<D> } = {
  pin: judgePin,
  geo: judgeGeo,
  user: judgeUser,
};

function judgePin(row: JsonObject): Verdict<'pin'> {
  if (!UUID.test(known(row.unique_id) ?? '')) return bad('unique_id_invalid');
  const poster = trimmed(row.poster_name);
  const facts: PinFacts = {
    posterName: poster === 'User Info Error' ? null : poster,
    followers: countOf(known(row.follower_count)),
    category: known(row.category)?.toLowerCase() ?? null,
  };
  return { facts };
}

function judgeGeo(row: JsonObject): Verdict<'geo'> {
  const postedAt = timeOf(known(row.timestamp));
  if (postedAt === undefined) return bad('timestamp_invalid');
  const facts: GeoFacts = { country: trimmed(row.country), postedAt };
  return { facts };
}

function judgeUser(row: JsonObject): Verdict<'user'> {
  const joinedAt = timeOf(known(row.date_joined));
  if (joinedAt === undefined) return bad('date_joined_invalid');
  const age = Number(/^-?\d+$/.exec(known(row.age) ?? '')?.[0] ?? Number.NaN);
  const name = `${trimmed(row.first_name) ?? ''} ${trimmed(row.last_name) ?? ''}`.trim();
  const facts: UserFacts = {
    userName: name === '' ? null : name,
    age: age >= 0 && age <= 120 ? age : null,
    joinedAt,
  };
  return { facts };
}

function bad<D extends Dataset>(reason: Extract<Verdict, { reason: string }>['reason']): Verdict<D> {
  return { facts: null, reason };
}

/** A value as text without white space around it; null for an empty or missing value. */
function trimmed(value: JsonValue | undefined): string | null {
  if (value === undefined || value === null) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replace(/^[ \u00a0\t\n\r]+|[ \u00a0\t\n\r]+$/g, '') || null;
}

function known(value: JsonValue | undefined): string | null {
  const text = trimmed(value);
  return text === null || /^(null|none|n\/a|nan)$/i.test(text) ? null : text;
}

/** Computes digit by digit with whole numbers, rounded half up. */
function countOf(text: string | null): number | null {
  const plain = text !== null && /^\d{1,3}(,\d{3})+$/.test(text) ? text.replaceAll(',', '') : text;
  if (/^(\d{1,20}(\.\d{0,20})?|\.\d{1,20})[eE][-+]?\d\d?$/.test(plain ?? '')) {
    const number = Number(plain);
    return number < 1e15 ? Math.round(number) : null;
  }
  const match = /^(?=\.?\d)(\d{0,9})(?:\.(\d{0,6}))? *([kKmMbB]?)$/.exec(plain ?? '');
  if (match === null) return null;
  const unit = { '': 1n, k: 1_000n, m: 1_000_000n, b: 1_000_000_000n }[(match[3] ?? '').toLowerCase()] ?? 0n;
  const millionths = BigInt(`${match[1]}${(match[2] ?? '').padEnd(6, '0')}`) * unit;
  return Number((millionths + 500_000n) / 1_000_000n);
}

/** Microseconds; null for a missing text, undefined for a text that is not a time. */
function timeOf(text: string | null): number | null | undefined {
  if (text === null) return null;
  const match = TIME.exec(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text} 00:00:00` : text);
  if (match === null) return undefined;
  const [year, month, day] = [match[1] ?? match[7], match[3] ?? match[5], match[4] ?? match[6]];
  const date = `${year}-${month}-${day}`;
  const seconds = Date.parse(`${date}T${match[8]}:${match[9]}:${match[10]}Z`) / 1000;
  // Date.parse reads 29 February of a common year as 1 March.
  if (Number.isNaN(seconds) || new Date(seconds * 1000).toISOString().slice(0, 10) !== date) return undefined;
  const offset = (match[12] === '-' ? -60 : 60) * (60 * Number(match[13] ?? 0) + Number(match[14] ?? 0));
  return (seconds - offset) * 1_000_000 + Number((match[11] ?? '').padEnd(6, '0'));
}
