import { TopicsError } from '../topics';

/** Kafka cannot be used, or a call failed. The message is one sentence. */
export class KafkaError extends TopicsError {
  override readonly name = 'KafkaError';
}

interface Told {
  readonly code?: unknown;
  readonly apiId?: unknown;
  readonly message?: unknown;
  readonly errors?: readonly unknown[];
  readonly cause?: unknown;
}

/** An error of the client and all of its causes, the error itself first. */
function* partsOf(error: unknown): Generator<Told> {
  if (typeof error !== 'object' || error === null) return;
  const told = error as Told;
  yield told;
  for (const each of told.errors ?? []) yield* partsOf(each);
  if (told.cause !== undefined) yield* partsOf(told.cause);
}

const NO_RIGHT = /AUTHORIZATION_FAILED|NOT_AUTHORIZED/;

/**
 * An error of the client as one sentence that says what to do.
 *
 * @param doing what failed, such as `topics cannot be listed`
 */
export function kafkaError(bootstrap: string, doing: string, error: unknown): KafkaError {
  const parts = [...partsOf(error)];
  const has = (test: (part: Told) => boolean) => parts.find(test);
  const id = (part: Told) => String(part.apiId ?? '');
  const say = (text: string) => new KafkaError(text, { cause: error });
  const right = has((part) => NO_RIGHT.test(id(part)));
  if (right)
    return say(
      `Kafka at ${bootstrap}: ${doing}, because this client has no right to (${id(right)}); give it the right, or use --kafka alone for a Kafka of its own`,
    );
  if (has(({ code }) => code === 'PLT_KFK_UNSUPPORTED_API'))
    return say(`Kafka at ${bootstrap} is too old: ${doing}; it must be 3.3 or later`);
  if (has(({ code }) => code === 'PLT_KFK_AUTHENTICATION' || code === 'PLT_KFK_UNEXPECTED_CORRELATION_ID'))
    return say(`Kafka at ${bootstrap}: ${doing}, because it asks for TLS or a login; --kafka takes a plain listener`);
  const system = has(({ code }) => typeof code === 'string' && /^E[A-Z]+$/.test(code));
  if (system || has(({ code }) => code === 'PLT_KFK_NETWORK' || code === 'PLT_KFK_TIMEOUT'))
    return say(
      `no Kafka answers at ${bootstrap} (${String(system?.code ?? 'no answer')}); start it, or use --kafka alone for a Kafka of its own`,
    );
  const own = has((part) => id(part) !== '') ?? parts.at(-1);
  return say(`Kafka at ${bootstrap}: ${doing}: ${String(own?.apiId ?? own?.message ?? error)}`);
}

/** Whether the error says that a topic or partition does not exist, or was created again meanwhile. */
export function isGone(error: unknown): boolean {
  return [...partsOf(error)].some(({ apiId }) =>
    /^(UNKNOWN_TOPIC_ID|UNKNOWN_TOPIC_OR_PARTITION|INCONSISTENT_TOPIC_ID)$/.test(String(apiId)),
  );
}

/** Whether the error says that an offset is before the beginning or after the end. */
export function isOutOfRange(error: unknown): boolean {
  return [...partsOf(error)].some(({ apiId }) => apiId === 'OFFSET_OUT_OF_RANGE');
}
