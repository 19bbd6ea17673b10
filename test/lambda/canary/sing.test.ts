import { sing } from '../../../lambda/canary/sing';
import type { Pending, Place, Row, Ways } from '../../../lambda/canary/ways';

/** Ways that lose nothing, until a test takes one apart. */
function given(pending: readonly Pending[] = []) {
  const kept: Pending[][] = [];
  const sent: { key: string; row: Row }[] = [];
  const files = new Map<string, string>();
  const ways: Ways = {
    async sendToTopic(key, row) {
      sent.push({ key, row });
      return { partition: 2, offset: 41 };
    },
    async sendToStream(key, row) {
      sent.push({ key, row });
      return { shard: 'shardId-000000000000', sequenceNumber: '49' };
    },
    readStream: async () => JSON.stringify(sent[0]!.row),
    readFile: async ({ partition, offset }: Place) => files.get(`${partition}/${offset}`),
    pending: async () => pending,
    keep: async (now) => void kept.push([...now]),
  };
  return { ways, sent, files, kept };
}

const SONG = { name: 'dev', rotateMinutes: 5 };
const fileWith = (offset: number, minute: number) =>
  `{"index":1,"kafka_offset":${offset - 1}}\n{"index":-${minute},"canary":"dev/${minute}","kafka_partition":2,"kafka_offset":${offset}}\n`;

test('one record a minute goes into both layers, marked, with a negative key', async () => {
  const { ways, sent, kept } = given();
  expect(await sing(1000, ways, SONG)).toEqual([]);
  const record = { key: '-1000', row: { index: -1000, canary: 'dev/1000' } };
  expect(sent).toEqual([record, record]);
  expect(kept).toEqual([[{ minute: 1000, partition: 2, offset: 41 }]]);
});

test('what the stream has lost or changed is told, and the batch layer sings on', async () => {
  const lost = given();
  lost.ways.readStream = async () => undefined;
  expect(await sing(1000, lost.ways, SONG)).toEqual([
    'speed layer: dev/1000 was acknowledged, but the stream does not have it',
  ]);
  expect(lost.kept[0]).toHaveLength(1);
  const changed = given();
  changed.ways.readStream = async () => '{"index":-999,"canary":"dev/999"}';
  expect((await sing(1000, changed.ways, SONG))[0]).toContain('dev/1000 came out as {"index":-999');
});

test('a record is looked for once its file is due, and forgotten when it is there', async () => {
  const due = { minute: 994, partition: 2, offset: 7 };
  const early = { minute: 995, partition: 2, offset: 8 };
  const { ways, files, kept } = given([due, early]);
  files.set('2/7', fileWith(7, 994));
  expect(await sing(1000, ways, SONG)).toEqual([]);
  expect(kept[0]!.map(({ minute }) => minute)).toEqual([995, 1000]);
});

test.each<[string, string | undefined]>([
  ['no file', undefined],
  ['a file without it', fileWith(7, 1)],
  ['a file that has it elsewhere', fileWith(8, 989)],
])('%s: nothing is said until it is late, and then each minute, for an hour', async (_, file) => {
  const at = async (minute: number) => {
    const { ways, files } = given([{ minute: 989, partition: 2, offset: 7 }]);
    if (file !== undefined) files.set('2/7', file);
    return sing(minute, ways, SONG);
  };
  expect(await at(999)).toEqual([]);
  expect(await at(1000)).toEqual(['lake: dev/989, offset 7 of partition 2, is not in a file after 11 minutes']);
  expect(await at(1048)).toHaveLength(1);
  expect(await at(1049)).toEqual([]);
});

test('a way that is shut is named, and what is pending is kept all the same', async () => {
  const { ways, kept } = given([{ minute: 999, partition: 0, offset: 1 }]);
  ways.sendToTopic = async () => {
    throw new Error('POST /dev/topics/ada.pin answered 503: no');
  };
  expect(await sing(1000, ways, SONG)).toEqual(['batch layer: POST /dev/topics/ada.pin answered 503: no']);
  expect(kept).toEqual([[{ minute: 999, partition: 0, offset: 1 }]]);
});
