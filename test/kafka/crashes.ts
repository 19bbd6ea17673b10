import { deepStrictEqual as same } from 'node:assert';
import { setTimeout as pause } from 'node:timers/promises';
import type { Check } from './check';
import { DEAD_LETTERS, type Laptop, pin, TOPIC } from './laptop';

/** Kills of the runtime and of its Kafka, and what is in files and dead letters afterwards. */
export async function checkCrashes(laptop: Laptop, check: Check): Promise<void> {
  for (const afterMs of [300, 700])
    await check(
      `after kill -9 at ${afterMs} ms every acknowledged record is filed once, or dead-lettered once`,
      async () => {
        const before = await laptop.batchPins();
        const refusedBefore = before.refusedBySink;
        let sent = 0;
        let bad = 0;
        const first = 1_000 * afterMs;
        const writing = (async () => {
          for (let at = 0; ; at += 20) {
            const good = Array.from({ length: 20 }, (_, n) => pin(first + at + n));
            await laptop.post(TOPIC, [...good, { value: `text ${at}` }]);
            sent += 20;
            bad += 1;
          }
        })().catch(() => {});
        await pause(afterMs);
        await laptop.kill();
        await writing;
        await laptop.start();
        const { clean, quarantined, duplicates, refusedBySink, stored } = await laptop.batchPins();
        // The request under way may have been stored without an answer, in some of its partitions or in all.
        const extra = clean - before.clean - sent;
        same(extra >= 0 && extra <= 20, true, `${sent} acknowledged, ${clean - before.clean} more in the tables`);
        same(duplicates, before.duplicates);
        same(stored, clean + quarantined + duplicates + refusedBySink);
        same([0, 1].includes(refusedBySink - refusedBefore - bad), true);
        const offsets = laptop
          .filedPins()
          .map(({ kafka_partition, kafka_offset }) => `${kafka_partition}/${kafka_offset}`);
        same(new Set(offsets).size, offsets.length);
      },
    );

  await check('dead letters have each record once', async () => {
    const { stdout } = await laptop.tool([
      ...['console-consumer', '--topic', DEAD_LETTERS, '--from-beginning', '--timeout-ms', '8000'],
      ...['--property', 'print.headers=true', '--property', 'print.value=false'],
    ]);
    const places = stdout.split('\n').filter((line) => line.includes('__connect.errors.topic'));
    const names = places.map((line) =>
      ['topic', 'partition', 'offset'].map((part) => new RegExp(`errors\\.${part}:([^,]*)`).exec(line)?.[1]).join('/'),
    );
    same(names.length > 0, true);
    same(new Set(names).size, names.length);
  });
}
