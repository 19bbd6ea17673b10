import { deepStrictEqual as same } from 'node:assert';
import { spawn } from 'node:child_process';
import { CHECK_LIMIT_MS, type Check, until } from './check';
import { type Laptop, pin, ROOT, SINK_GROUP, TOPIC, TSX, V2_RECORDS } from './laptop';

const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);

/** Groups: the sink’s, and those of consumers of the REST proxy, as Apache’s own tools see them. */
export async function checkGroups(laptop: Laptop, check: Check): Promise<void> {
  await check('offsets of the group connect-<name> follow the sink', async () => {
    await until(async () => {
      const rows = await laptop.committedBy(SINK_GROUP);
      same([sumOf(rows.map(({ offset }) => offset)), rows.every(({ lag }) => lag === 0)], [3, true]);
    });
  });

  await check('a consumer of the REST proxy commits where every tool of Kafka sees it', async () => {
    await laptop.ask('POST', '/consumers/readers', { name: 'c1', format: 'json', 'auto.offset.reset': 'earliest' });
    await laptop.ask('POST', '/consumers/readers/instances/c1/subscription', { topics: [TOPIC] });
    const values: unknown[] = [];
    for (let tries = 0; values.length < 3 && tries < 20; tries += 1) {
      const response = await laptop.ask('GET', '/consumers/readers/instances/c1/records', undefined, V2_RECORDS);
      values.push(...((await response.json()) as unknown[]));
    }
    same(values.length, 3);
    await laptop.ask('POST', '/consumers/readers/instances/c1/offsets');
    const rows = await laptop.committedBy('readers');
    same(sumOf(rows.map(({ offset }) => offset)), 3);
  });

  await check(
    'consumers of the REST proxy are members of their group, and share its partitions with any other',
    async () => {
      await laptop.ask('POST', '/consumers/readers', { name: 'c2', format: 'json' });
      await laptop.ask('POST', '/consumers/readers/instances/c2/subscription', { topics: [TOPIC] });
      await until(async () => {
        same([(await laptop.partitionsOf('c1')).length, (await laptop.partitionsOf('c2')).length].sort(), [1, 2]);
        same([...(await laptop.partitionsOf('c1')), ...(await laptop.partitionsOf('c2'))].sort(), [0, 1, 2]);
      });
      same(await laptop.membersOf('readers'), { c1: 2, c2: 1 });

      const other = spawn(
        process.execPath,
        [
          ...['--import', TSX, 'local/kafka-tools.ts', 'console-consumer', '--bootstrap-server', laptop.outputs.kafka!],
          ...['--topic', TOPIC, '--group', 'readers', '--consumer-property', 'client.id=console'],
          ...['--timeout-ms', '40000'],
        ],
        { cwd: ROOT, stdio: 'ignore', timeout: CHECK_LIMIT_MS },
      );
      const ended = new Promise((resolve) => other.once('close', resolve));
      await until(async () => same(await laptop.membersOf('readers'), { c1: 1, c2: 1, console: 1 }));
      other.kill('SIGINT');
      await ended;
      await until(async () =>
        same([...(await laptop.partitionsOf('c1')), ...(await laptop.partitionsOf('c2'))].sort(), [0, 1, 2]),
      );

      await laptop.ask('DELETE', '/consumers/readers/instances/c1');
      await until(async () => same(await laptop.membersOf('readers'), { c2: 3 }));
      await laptop.post(TOPIC, [pin(6)]);
      const response = await laptop.ask('GET', '/consumers/readers/instances/c2/records', undefined, V2_RECORDS);
      same(
        ((await response.json()) as { value: { index: number } }[]).map(({ value }) => value.index),
        [6],
      );
      await laptop.ask('DELETE', '/consumers/readers/instances/c2');
      same(await laptop.membersOf('readers'), {});
    },
  );

  await check(
    "while somebody else reads with the sink's group Kafka takes none of its offsets; they follow afterwards",
    async () => {
      const group = SINK_GROUP;
      const reading = laptop.tool(['console-consumer', '--topic', TOPIC, '--group', group, '--timeout-ms', '12000']);
      await until(async () => same(await laptop.membersOf(group), { 'console-consumer': 3 }));
      await laptop.post(TOPIC, [pin(7)]);
      await laptop.batchPins();
      await reading;
      await until(async () => {
        same(
          (await laptop.committedBy(SINK_GROUP)).map(({ lag }) => lag),
          [0, 0, 0],
        );
      });
    },
  );
}
