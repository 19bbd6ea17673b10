import { type BenchRow, benchRow } from '@pipeline/emulator/bench';
import { kafkaShot, recordsPerSecond } from './load';
import { withRuntime } from './served';

const MEASURES = [
  { what: 'Kafka route over Apache Kafka, batches of 500', unit: 'records/s', count: 500, connections: 8 },
  { what: 'Kafka route over Apache Kafka, one record per request', unit: 'requests/s', count: 1, connections: 64 },
] as const;

/** What `--kafka` costs: records acknowledged a second over a real Kafka, beside the same over the log. */
export async function benchKafka(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const { what, unit, count, connections } of MEASURES) {
    const rateOf = (kafka?: true) =>
      withRuntime(
        false,
        ({ apiUrl, topics }) => recordsPerSecond(kafkaShot(apiUrl, topics.pin, count), connections),
        kafka,
      );
    const log = await rateOf();
    rows.push(benchRow(what, unit, await rateOf(true), log, 'the log'));
  }
  return rows;
}
