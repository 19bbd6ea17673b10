import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Laptop } from './laptop';

jest.setTimeout(120_000);

const laptop = new Laptop();
beforeAll(() => laptop.start());
afterAll(() => laptop.remove());

const USER = { ind: 7, first_name: 'Ada', last_name: 'Byron', age: 30, date_joined: '2016-10-23T14:06:51' };
type Counts = Record<'batch' | 'speed', { user: object }>;
const textOf = async (path: string) => (await fetch(`${laptop.server.viewsUrl}${path}`)).text();

async function send(method: 'POST' | 'PUT', path: string, type: string, body: unknown): Promise<number> {
  const url = `${laptop.outputs.apiUrl}${path}`;
  const { status } = await fetch(url, { method, headers: { 'content-type': type }, body: JSON.stringify(body) });
  return status;
}

test('neither a tombstone nor a record of null deletes a row, and both are seen', async () => {
  const { topics, streams } = laptop.outputs;
  const produce = (value: unknown) =>
    send('POST', `topics/${topics.user}`, 'application/vnd.kafka.json.v2+json', { records: [{ key: '7', value }] });
  const put = (Data: unknown) =>
    send('PUT', `streams/${streams.user}/record`, 'application/json', { Data, PartitionKey: '7' });
  expect([await produce(USER), await produce(null), await put(USER), await put(null)]).toEqual([200, 200, 200, 200]);
  expect((await fetch(`${laptop.server.viewsUrl}flush`, { method: 'POST' })).ok).toBe(true);
  const { batch, speed } = JSON.parse(await textOf('counts')) as Counts;
  expect(batch.user).toMatchObject({ stored: 2, refusedBySink: 1, clean: 1, quarantined: 0 });
  expect(speed.user).toMatchObject({ stored: 2, refusedBySink: 0, clean: 1, quarantined: 1 });
  expect(await textOf('quarantine/user?layer=speed&limit=5')).toContain('not_json_object');
  expect(readFileSync(join(__dirname, '..', '..', 'docs', 'deviations.md'), 'utf8')).toContain(
    'Nothing deletes a post',
  );
});
