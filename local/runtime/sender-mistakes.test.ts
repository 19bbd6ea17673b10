import { DATASETS, perDataset } from '@pipeline/datasets/schema';
import type { ObservedRequest } from '../gateway';
import type { TopicStore } from '../topics';
import type { LocalEnvironment } from './environment';
import { Health } from './health';
import { HotShards } from './hot-shards';
import { SenderMistakes } from './sender-mistakes';

const environment = {
  userId: 'ada',
  names: { topics: perDataset((name) => `ada.${name}`), streams: perDataset((name) => `streaming-ada-${name}`) },
} as unknown as LocalEnvironment;

function given() {
  const told: string[] = [];
  return { mistakes: new SenderMistakes(environment, 'dev', (line) => told.push(line)), told };
}

const seen = (path: string, status: number, body: string, sent = '{}'): ObservedRequest =>
  ({
    path,
    status,
    backend: { sent: Buffer.from(sent), sentHeaders: {}, response: { status, headers: {}, body } },
  }) as unknown as ObservedRequest;

test.each(['/test/topics/ada.pin', '/Test/', '/prod', '/Dev/topics/ada.pin', '/mine/streams/x/record'])(
  '%s is meant for another stage, which AWS answers with 403',
  (path) => {
    const { mistakes, told } = given();
    expect(mistakes.isOtherStage(path)).toBe(true);
    expect(mistakes.otherStage(path)).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
    expect(told).toHaveLength(1);
  },
);

test.each(['/', '/dev/topics/ada.pin', '/views/x', '/health', '/trace/7', '/topics', '/records/streams-x'])(
  '%s is not',
  (path) => expect(given().mistakes.isOtherStage(path)).toBe(false),
);

test('each mistake is told once, with what to do', () => {
  const { mistakes, told } = given();
  const failed = '{"offsets":[{"partition":null,"offset":null,"error_code":50003,"error":"…"}]}';
  for (const _ of [1, 2, 3]) {
    mistakes.otherStage('/Test/topics/ada.pin');
    mistakes.saw(seen('/dev/topics/bob.pin', 200, failed));
    mistakes.saw(seen('/dev/topics/ada.pin', 415, '{}'));
    mistakes.saw(
      seen('/dev/streams/streaming-ada-pin/record', 200, '{}', '{"Data":"{\'t\': datetime.datetime(2022, 1, 1)}"}'),
    );
  }
  expect(told).toEqual([
    "a request went to the stage /Test/ and got 403: this API's stage is dev, and names of stages are case-sensitive; send to /dev/topics/ada.pin",
    `/dev/topics/bob.pin got 200 with the error 50003 inside, so nothing was stored: there is no topic bob.pin; the topics of user id ada are ${DATASETS.map((dataset) => `ada.${dataset}`).join(', ')}. Look at error_code of each offset, too`,
    '/dev/topics/ada.pin got 415: the REST proxy takes Content-Type: application/vnd.kafka.json.v2+json and no other, not even application/json',
    "a record holds the text datetime.datetime(…), which is a Python object as text and no time: send value.isoformat(), or json.dumps(row, default=str) with the row's own values",
  ]);
});

test('what is right is not told', () => {
  const { mistakes, told } = given();
  mistakes.saw(seen('/dev/topics/ada.pin', 200, '{"offsets":[{"partition":0,"offset":50003}]}'));
  mistakes.saw(seen('/dev/streams/streaming-ada-pin/record', 200, '{}'));
  expect(told).toEqual([]);
});

test.each([
  ['every record in one shard', [0, 100], 1],
  ['too few to tell', [0, 99], 0],
  ['records in both', [1, 99], 0],
  ['one shard alone', [100], 0],
])('%s: noted %#', (_, ends, notes) => {
  const told: string[] = [];
  const health = new Health();
  const log = {
    topic: (name: string) => (name === 'streaming-ada-pin' ? { partitions: ends.length } : undefined),
    endOffset: (_name: string, partition: number) => ends[partition]!,
  } as unknown as TopicStore;
  const hot = new HotShards(environment, log, health, (line) => told.push(line));
  hot.look();
  hot.look();
  hot.stop();
  expect([told.length, health.list().length]).toEqual([notes, notes]);
  if (notes > 0)
    expect(told[0]).toMatch(
      /^All 100 records of the stream streaming-ada-pin are in one of its 2 shards, so their partition key is a constant\. Send /,
    );
});
