import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Target } from '@pipeline/emulator';
import { type BenchRow, benchRow, inTurn, withBareServer, withServer } from '@pipeline/emulator/bench';
import { ViewsClient } from '../report/views-client';
import { kafkaShot, kinesisShot, recordsPerSecond, type Shot } from './load';
import { withRuntime } from './served';

interface Measure {
  readonly what: string;
  readonly unit: string;
  readonly records: number;
  readonly shot: (target: Pick<Target, 'apiUrl' | 'topics' | 'streams'>, records: number) => Shot;
  readonly otherName: string;
  readonly other: <T>(records: number, use: (target: Target) => Promise<T>) => Promise<T>;
  readonly aim?: string;
}

const BARE = { otherName: 'bare node:http server', other: withBareServer } as const;
const LMDB = {
  otherName: 'JSON to lmdb, 60 lines',
  other: async <T>(_: number, use: (target: Target) => Promise<T>) => {
    const folder = mkdtempSync(join(tmpdir(), 'lmdb-server-'));
    try {
      return await withServer(join(__dirname, 'lmdb-server.ts'), [join(folder, 'records')], use);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
} as const;
const kafka: Measure['shot'] = ({ apiUrl, topics }, records) => kafkaShot(apiUrl, topics.pin, records);
const kinesis: Measure['shot'] = ({ apiUrl, streams }, records) => kinesisShot(apiUrl, streams.pin, records);

const MEASURES: readonly Measure[] = [
  { what: 'Kafka route, batches of 500', unit: 'records/s', records: 500, shot: kafka, ...LMDB, aim: '≥ 0.6' },
  { what: 'Kafka route, one record per request', unit: 'requests/s', records: 1, shot: kafka, ...BARE, aim: '≥ 0.6' },
  // What a server costs that stores the record at all: the most that the row above can come to.
  { what: 'Kafka route, one record per request', unit: 'requests/s', records: 1, shot: kafka, ...LMDB },
  { what: 'Kinesis /records, batches of 500', unit: 'records/s', records: 500, shot: kinesis, ...LMDB, aim: '≥ 0.3' },
  { what: 'Kinesis /record, one per request', unit: 'requests/s', records: 1, shot: kinesis, ...BARE },
];

/** Records per second through the gateway, acknowledged, on both routes, each beside a simpler server; ours again with `--fsync`. */
export async function benchRoutes(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const { what, unit, records, shot, other, otherName, aim } of MEASURES) {
    const rateOf = (target: Parameters<Measure['shot']>[0]) =>
      recordsPerSecond(shot(target, records), records === 1 ? 64 : 8, 4);
    // A runtime each: what one measure has stored must not be cleaned while the next one runs.
    const [ours, theirs] = await withRuntime(false, (outputs) =>
      other(records, (simple) =>
        inTurn(
          [
            async () => {
              const rate = await rateOf(outputs);
              await new ViewsClient(outputs.viewsUrl!).flush();
              return rate;
            },
            () => rateOf(simple),
          ],
          2,
        ),
      ),
    );
    rows.push(benchRow(what, unit, ours!, theirs!, otherName, aim));
    rows.push(benchRow(`${what}, --fsync`, unit, await withRuntime(true, rateOf), ours, 'without --fsync'));
  }
  return rows;
}
