import { deepStrictEqual as same } from 'node:assert';
import { type Check, until } from './check';
import { DEAD_LETTERS, type Laptop, pin, TOPIC } from './laptop';

/** Records and topics, by the API and by Apache’s own tools: each sees what the other has made. */
export async function checkRecords(laptop: Laptop, check: Check): Promise<void> {
  await check('the runtime starts an Apache Kafka and makes the topics that the template declares', async () => {
    await laptop.start();
    const listed = await laptop.tool(['topics', '--list']);
    same(
      listed.stdout
        .trim()
        .split('\n')
        .filter((name) => !name.startsWith('__'))
        .sort(),
      [DEAD_LETTERS, '0a1b2c3d4e5f.geo', TOPIC, '0a1b2c3d4e5f.user'],
    );
    const { stdout } = await laptop.tool(['topics', '--describe', '--topic', TOPIC]);
    same(/PartitionCount: (\d+)/.exec(stdout)?.[1], '3');
    same(/message\.timestamp\.type=LogAppendTime/.test(stdout), true);
  });

  await check(
    'what the API stores, console-consumer reads; what console-producer writes, files and tables get',
    async () => {
      await laptop.post(TOPIC, [pin(1), pin(2)]);
      const read = await laptop.tool([
        'console-consumer',
        '--topic',
        TOPIC,
        '--from-beginning',
        '--max-messages',
        '2',
        '--timeout-ms',
        '20000',
      ]);
      const titles = read.stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { title: string }).title);
      same(titles, ['é 📌', 'é 📌']);
      await laptop.tool(['console-producer', '--topic', TOPIC], `${JSON.stringify(pin(3).value)}\n`);
      await until(async () => {
        const { stored, clean } = await laptop.batchPins();
        same([stored, clean], [3, 3]);
      });
      same(
        laptop
          .filedPins()
          .map(({ index }) => index)
          .sort(),
        [1, 2, 3],
      );
    },
  );

  await check(
    'every record of a time that the broker gave stands in its file with that time, partition and offset',
    async () => {
      const [line] = laptop.filedPins();
      same(Math.abs(Number(line!.kafka_timestamp) - Date.now()) < 300_000, true);
      same(Number.isInteger(line!.kafka_offset) && Number.isInteger(line!.kafka_partition), true);
    },
  );
}
