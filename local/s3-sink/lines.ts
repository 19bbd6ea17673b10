import { type JsonNode, JsonSyntaxError, jacksonBytes, parseJson } from '../json';
import type { StoredRecord } from '../log';
import { connectBytes, convert } from './converter';
import type { Refusal } from './refusal';
import type { InsertedValue, SinkSettings } from './settings';

/** A record's line in a file: `bytes`, then `tail`. */
export interface Line {
  readonly bytes: Buffer;
  /** Text after `bytes`, the end of the line included. */
  readonly tail: string;
  /** The value, for partitioners that read its fields; undefined if it was not parsed. */
  readonly value: JsonNode | undefined;
}

/** A field to insert, its name written as JSON. */
interface NamedValue {
  readonly name: string;
  readonly value: InsertedValue;
}

/** Makes a record's line, or says why the record cannot be written. */
export type ToLine = (
  record: StoredRecord,
  source: { readonly topic: string; readonly partition: number },
) => Line | Refusal;

export function lineWriter({ format, inserted }: Pick<SinkSettings, 'format' | 'inserted'>): ToLine {
  if (format.kind === 'bytes') {
    return ({ value }) => (value === null ? NULL : { bytes: value, tail: format.separator, value: undefined });
  }
  const fields = inserted.map(({ field, value }) => ({ name: jacksonText(field), value }));
  const names = fields.map(({ name }) => name);
  const sharedStart = commonStart(names);
  return (record, { topic, partition }) => {
    if (record.value === null) return NULL;
    const node = parse(record.value);
    if (node === null) return NULL;
    if ('stage' in node) return node;
    if (node.kind === 'null') return NULL;
    if (inserted.length === 0) return { bytes: connectBytes(node), tail: '\n', value: node };
    if (node.kind !== 'object') return { stage: 'TRANSFORMATION', message: `${ONLY_MAPS}${javaClassOf(node)}` };
    const bytes = withoutMembers(node, names, sharedStart);
    return {
      bytes: bytes.subarray(0, -1),
      tail: `${insertedText(fields, bytes.length === 2, { topic, partition, record })}}\n`,
      value: node,
    };
  };
}

const NULL: Refusal = { stage: 'TASK_PUT', message: 'Skipping null value record.', isNull: true };
const ONLY_MAPS = 'Only Map objects supported in absence of schema for [field insertion], found: ';
const NO_JSON = 'Converting byte[] to Kafka Connect data failed due to serialization error: ';

function parse(value: Buffer): JsonNode | Refusal | null {
  try {
    return convert(value);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return { stage: 'VALUE_CONVERTER', message: `${NO_JSON}${error.message}` };
  }
}

/** The object as Jackson writes it, without the members in `names`. The names are written as Jackson does; all begin with `sharedStart`. */
function withoutMembers(node: JsonNode, names: readonly string[], sharedStart: string): Buffer {
  const bytes = connectBytes(node);
  // Jackson always writes a name in the same way, so a name that is not in the bytes is not a member.
  if (!bytes.includes(sharedStart, 0, 'latin1')) return bytes;
  const members: string[] = [];
  for (const [name, member] of node.members()) {
    const own = jacksonText(name);
    if (!names.includes(own)) members.push(`${own}:${connectBytes(member)}`);
  }
  return Buffer.from(`{${members.join(',')}}`);
}

function commonStart([first = '', ...others]: readonly string[]): string {
  let length = first.length;
  while (!others.every((name) => name.startsWith(first.slice(0, length)))) length -= 1;
  return first.slice(0, length);
}

function jacksonText(text: string): string {
  return jacksonBytes(parseJson(JSON.stringify(text))).toString();
}

function insertedText(
  fields: readonly NamedValue[],
  isFirst: boolean,
  { topic, partition, record }: { readonly topic: string; readonly partition: number; readonly record: StoredRecord },
): string {
  let text = isFirst ? '' : ',';
  for (let at = 0; at < fields.length; at += 1) {
    const { name, value } = fields[at]!;
    text += at === 0 ? `${name}:` : `,${name}:`;
    if (value === 'offset') text += record.offset;
    else if (value === 'partition') text += partition;
    else if (value === 'timestamp') text += record.timestampMs;
    else text += jacksonText(value === 'topic' ? topic : value.static);
  }
  return text;
}

function javaClassOf(node: JsonNode): string {
  switch (node.kind) {
    case 'array':
      return 'java.util.ArrayList';
    case 'string':
      return 'java.lang.String';
    case 'boolean':
      return 'java.lang.Boolean';
    default:
      return /^-?\d+$/.test(node.text) ? 'java.lang.Long' : 'java.lang.Double';
  }
}
