import { deepStrictEqual as same } from 'node:assert';
import type { Check } from './check';
import { type Laptop, pin, TOPIC } from './laptop';

/** Large requests, the promises of the wires, and topics that grow while the runtime serves them. */
export async function checkGrowth(laptop: Laptop, check: Check): Promise<void> {
  await check('a request of nine megabytes is stored whole, each record where its answer says', async () => {
    // Stored at once: what is not known yet is asked for.
    await laptop.tool(['topics', '--create', '--topic', 'large', '--partitions', '1']);
    const offsets = await laptop.post(
      'large',
      Array.from({ length: 900 }, (_, n) => ({ value: `${n} ${'x'.repeat(10_000)}` })),
      `${laptop.proxyUrl}/`,
    );
    same(
      offsets.map(({ offset }) => offset),
      Array.from({ length: 900 }, (_, n) => n),
    );
    const { stdout } = await laptop.tool(['get-offsets', '--topic', 'large']);
    same(stdout.trim(), 'large:0:900');
    // More dead letters at once than a broker takes in one batch.
    const before = (await laptop.batchPins()).refusedBySink;
    await laptop.post(
      TOPIC,
      Array.from({ length: 300 }, (_, n) => ({ value: `${n} ${'x'.repeat(10_000)}` })),
      `${laptop.proxyUrl}/`,
    );
    same((await laptop.batchPins()).refusedBySink, before + 300);
  });

  await check('the wires keep what they promise', async () => {
    const promised = await laptop.run([
      ...['ops/contract.ts', '--gateway', laptop.outputs.apiUrl, '--proxy', `${laptop.proxyUrl}/`],
      ...['--kinesis', laptop.outputs.kinesisEndpoint!],
    ]);
    if (promised.code !== 0)
      throw new Error(
        promised.stdout
          .split('\n')
          .filter((line) => /FAILED|^ {9}/.test(line))
          .slice(0, 20)
          .join('\n'),
      );
  });

  await check('topics and partitions that kafka-topics adds are there, and the sink follows them', async () => {
    await laptop.tool(['topics', '--create', '--topic', 'mine', '--partitions', '2']);
    await laptop.post('mine', [{ value: 1 }]);
    same(((await (await fetch(`${laptop.outputs.apiUrl}topics`)).json()) as string[]).includes('mine'), true);
    // The client has just heard of three partitions, and would store a record for the fifth in another.
    await laptop.post(TOPIC, [{ ...pin(5), partition: 0 }]);
    await laptop.tool(['topics', '--alter', '--topic', TOPIC, '--partitions', '5']);
    const [place] = await laptop.post(TOPIC, [{ ...pin(4), partition: 4 }]);
    same([place!.partition, place!.offset], [4, 0]);
    same(laptop.filedPins().filter(({ index }) => index === 4).length, 0);
    await laptop.batchPins();
    same(laptop.filedPins().filter(({ index }) => index === 4).length, 1);
  });
}
