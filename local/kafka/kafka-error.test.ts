import { isGone, kafkaError } from './kafka-error';

const parts = (...errors: object[]) =>
  Object.assign(new Error('failed 3 times.'), { code: 'PLT_KFK_MULTIPLE', errors });
const say = (error: unknown) => kafkaError('k:9092', 'its topics cannot be listed', error).message;

test.each([
  [
    'nothing listens',
    parts(Object.assign(new Error('x'), { code: 'PLT_KFK_NETWORK', cause: { code: 'ECONNREFUSED' } })),
    'no Kafka answers at k:9092 (ECONNREFUSED); start it, or use --kafka alone for a Kafka of its own',
  ],
  [
    'it does not answer in time',
    parts({ code: 'PLT_KFK_TIMEOUT' }),
    'no Kafka answers at k:9092 (no answer); start it, or use --kafka alone for a Kafka of its own',
  ],
  [
    'it is too old',
    parts({ code: 'PLT_KFK_UNSUPPORTED_API' }),
    'Kafka at k:9092 is too old: its topics cannot be listed; it must be 3.3 or later',
  ],
  [
    'a right is missing',
    parts({ code: 'PLT_KFK_PROTOCOL', apiId: 'TOPIC_AUTHORIZATION_FAILED' }),
    'Kafka at k:9092: its topics cannot be listed, because this client has no right to (TOPIC_AUTHORIZATION_FAILED); give it the right, or use --kafka alone for a Kafka of its own',
  ],
  [
    'Kafka says something else',
    parts({ code: 'PLT_KFK_PROTOCOL', apiId: 'INVALID_REPLICATION_FACTOR' }),
    'Kafka at k:9092: its topics cannot be listed: INVALID_REPLICATION_FACTOR',
  ],
])('when %s, one sentence says what to do', (_, error, sentence) => {
  expect(say(error)).toBe(sentence);
});

test('a topic that is another by now is told from one that cannot be read', () => {
  expect(isGone(parts({ apiId: 'UNKNOWN_TOPIC_ID' }))).toBe(true);
  expect(isGone(parts({ apiId: 'NOT_LEADER_OR_FOLLOWER' }))).toBe(false);
});
