import { type BenchRow, benchRow } from '@pipeline/emulator/bench';
import { kafkaShot, kinesisShot, recordsPerSecond } from './load';
import { withRuntime } from './served';

/** Records per second through the gateway, acknowledged, on both routes; the same again with `--fsync`. */
export async function benchRoutes(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const fsync of [false, true]) {
    const mode = fsync ? ', --fsync' : '';
    const measures = [
      { what: 'Kafka route, batches of 500', unit: 'records/s', shot: kafkaShot, count: 500 },
      { what: 'Kafka route, one record per request', unit: 'requests/s', shot: kafkaShot, count: 1 },
      { what: 'Kinesis /records, batches of 500', unit: 'records/s', shot: kinesisShot, count: 500 },
      { what: 'Kinesis /record, one per request', unit: 'requests/s', shot: kinesisShot, count: 1 },
    ];
    for (const { what, unit, shot, count } of measures) {
      // A runtime each: what one measure has stored must not be cleaned while the next one runs.
      const rate = await withRuntime(fsync, ({ apiUrl, topics, streams }) =>
        recordsPerSecond(shot(apiUrl, shot === kafkaShot ? topics.pin : streams.pin, count), count === 1 ? 64 : 8),
      );
      rows.push(benchRow(`${what}${mode}`, unit, rate));
    }
  }
  return rows;
}
