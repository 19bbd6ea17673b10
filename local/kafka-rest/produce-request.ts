import { type JsonNode, jacksonBytes } from '../json';
import { badRequest, unprocessable } from './errors';
import { elementsOf, integerOf, membersOf, parseBody, wrongType } from './json-binding';

export interface ProduceRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** As the sender says; null leaves it to the path or the partitioner. */
  readonly partition: number | null;
}

const REQUEST_FIELDS = ['records', 'key_schema', 'key_schema_id', 'value_schema', 'value_schema_id'];

/**
 * The records of a produce request, keys and values as the bytes that go to the log.
 *
 * @param argument the place of the body among the endpoint's arguments, which its errors name
 * @throws RestError 400 or 422
 */
export function parseProduceRequest(
  body: Buffer,
  { format, argument }: { readonly format: 'json' | 'binary'; readonly argument: 'arg2' | 'arg3' },
): ProduceRecord[] {
  const method = format === 'json' ? 'produceJson' : 'produceBinary';
  const root = parseBody(body);
  if (root === undefined || root.kind === 'null')
    throw unprocessable(`${method}.${argument} must not be null (was null)`);
  const toBytes = format === 'json' ? jsonBytes : base64Bytes;
  let records: ProduceRecord[] = [];
  for (const [name, node] of membersOf(root, 'ProduceRequest', REQUEST_FIELDS)) {
    if (name !== 'records') continue;
    records = elementsOf(node, 'ProduceRecord').map((record, index) => parseRecord(record, index, toBytes));
  }
  if (records.length === 0) throw unprocessable(`${method}.${argument}.records must not be empty (was [])`);
  return records;
}

function parseRecord(node: JsonNode, index: number, toBytes: (node: JsonNode) => Buffer | null): ProduceRecord {
  if (node.kind === 'null') {
    throw badRequest(`Cannot construct instance of \`ProduceRequest\`, problem: at index ${index}`);
  }
  if (node.kind !== 'object') throw wrongType('ProduceRecord', node);
  let key: Buffer | null = null;
  let value: Buffer | null = null;
  let partition: number | null = null;
  for (const [name, member] of node.members()) {
    if (name === 'value') value = toBytes(member);
    else if (name === 'key') key = toBytes(member);
    else if (name === 'partition') partition = integerOf(member);
    else throw unprocessable(`Unrecognized field: ${name}`);
  }
  return { key, value, partition };
}

function jsonBytes(node: JsonNode): Buffer | null {
  return node.kind === 'null' ? null : jacksonBytes(node);
}

function base64Bytes(node: JsonNode): Buffer | null {
  if (node.kind === 'null') return null;
  if (node.kind !== 'string') throw badRequest(`Bad Request: data=${jacksonBytes(node)} is not a base64 string.`);
  const digits = node.text.replace(/=+$/, '');
  if (digits.length % 4 === 1 || !/^[A-Za-z0-9+/]*$/.test(digits)) {
    throw badRequest(`Bad Request: data=${jacksonBytes(node)} is not a valid base64 string.`);
  }
  return Buffer.from(digits, 'base64');
}
