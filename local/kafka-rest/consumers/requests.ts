import type { JsonNode } from '../../json';
import type { HttpRequest } from '../../wire/http';
import { badRequest, unprocessable } from '../errors';
import { elementsOf, integerOf, membersOf, parseBody, stringOf } from '../json-binding';

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface TopicPartitionOffset extends TopicPartition {
  readonly offset: number;
  readonly metadata: string;
}

export type Subscription = { readonly topics: readonly string[] } | { readonly pattern: RegExp };

/** `{"topics":[…]}` or `{"topic_pattern":"…"}`. */
export function parseSubscription({ body }: HttpRequest): Subscription {
  const root = required(body, 'subscribe.arg3');
  let topics: string[] | undefined;
  let pattern: string | null = null;
  for (const [name, node] of membersOf(root, 'ConsumerSubscriptionRecord', ['topics', 'topic_pattern'])) {
    if (name === 'topic_pattern') pattern = stringOf(node);
    else if (node.kind !== 'null') topics = elementsOf(node, 'String').map((topic) => stringOf(topic) ?? '');
  }
  if (topics !== undefined && pattern !== null) {
    throw badRequest('Subscription to topics, partitions and pattern are mutually exclusive');
  }
  if (topics !== undefined) return { topics };
  return { pattern: compile(pattern ?? '') };
}

/** `{"partitions":[{"topic","partition"}]}`; undefined without a body. */
export function parsePartitions({ body }: HttpRequest): TopicPartition[] | undefined {
  const root = parseBody(body);
  if (root === undefined || root.kind === 'null') return undefined;
  let partitions: TopicPartition[] = [];
  for (const [, node] of membersOf(root, 'TopicPartitions', ['partitions'])) {
    partitions = elementsOf(node, 'TopicPartition').map((element) => {
      const { topic, partition } = parsePlace(element, ['topic', 'partition']);
      return { topic, partition };
    });
  }
  return partitions;
}

/** `{"offsets":[{"topic","partition","offset","metadata"?}]}`; undefined without a body. */
export function parseOffsets({ body }: HttpRequest): TopicPartitionOffset[] | undefined {
  const root = parseBody(body);
  if (root === undefined || root.kind === 'null') return undefined;
  let offsets: TopicPartitionOffset[] = [];
  for (const [, node] of membersOf(root, 'TopicPartitionOffsets', ['offsets'])) {
    offsets = elementsOf(node, 'TopicPartitionOffsetMetadata').map((element) =>
      parsePlace(element, ['topic', 'partition', 'offset', 'metadata']),
    );
  }
  return offsets;
}

/** The value of a request that needs a body. */
export function present<Value>(value: Value | undefined, argument: string): Value {
  if (value === undefined) throw unprocessable(`${argument} must not be null (was null)`);
  return value;
}

function required(body: Buffer, argument: string): JsonNode {
  const root = present(parseBody(body), argument);
  return present(root.kind === 'null' ? undefined : root, argument);
}

function parsePlace(node: JsonNode, fields: readonly string[]): TopicPartitionOffset {
  let topic = '';
  let metadata = '';
  let partition = 0;
  let offset = 0;
  for (const [name, member] of membersOf(node, 'TopicPartition', fields)) {
    if (name === 'topic') topic = stringOf(member) ?? '';
    else if (name === 'partition') partition = integerOf(member) ?? 0;
    else if (name === 'offset') offset = longOf(member);
    else metadata = stringOf(member) ?? '';
  }
  if (partition < 0 || offset < 0) throw unprocessable('partition and offset must be greater than or equal to 0');
  return { topic, partition, offset, metadata };
}

/** An offset; beyond 2^53 there are none. */
function longOf(node: JsonNode): number {
  const value = Math.trunc(Number(node.text));
  if ((node.kind === 'number' || node.kind === 'string') && Number.isSafeInteger(value)) return value;
  throw badRequest(`Cannot deserialize value of type \`Long\` from ${JSON.stringify(node.text)}`);
}

function compile(pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u');
  } catch (error) {
    throw badRequest(`topic_pattern ${JSON.stringify(pattern)}: ${(error as Error).message}`);
  }
}
