import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DATASETS, type Dataset, LAYERS, perDataset } from '@pipeline/datasets/schema';
import { views } from '@pipeline/datasets/sql';
import {
  DEFAULT_POSTS,
  DEFAULT_SEED,
  expectedAnswers,
  type JsonValue,
  type SourceOptions,
  syntheticPosts,
} from '@pipeline/datasets/synthetic';
import { type RawRecord, Tables } from '.';

const LINES_PER_FILE = 500;
const START_MS = Date.UTC(2026, 0, 1);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tables-golden-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each<[string, SourceOptions]>([
  ['the default source', { seed: DEFAULT_SEED, posts: DEFAULT_POSTS }],
  ['hard mode', { seed: DEFAULT_SEED, posts: DEFAULT_POSTS, hardMode: true }],
  ['a small source of another seed in hard mode', { seed: 7, posts: 500, hardMode: true }],
])('%s', (_, options) => {
  const expected = expectedAnswers(options);
  let tables: Tables;
  beforeAll(async () => {
    tables = await Tables.open(':memory:');
    const values = sent(options);
    for (const dataset of DATASETS) {
      const files = writeFiles(join(folder, `${options.seed}-${options.hardMode ?? false}`, dataset), values[dataset]);
      await tables.layer('batch').ingestFiles(dataset, files, {});
      await tables.layer('speed').ingest(dataset, speedRecords(values[dataset]), {});
    }
  }, 120_000);
  afterAll(() => tables.close());

  test.each(views().map(({ name }) => name))('%s is right in every layer', async (name) => {
    const { columns, rows } = expected.views[name]!;
    for (const layer of [...LAYERS, 'serving'] as const) {
      const answer = await tables.view(layer, name);
      expect(answer.columns.map((column) => column.name)).toEqual(columns);
      expect(answer.rows).toEqual(rows);
    }
  });

  test('every record is where it belongs', async () => {
    for (const layer of LAYERS) {
      const counts = await tables.layer(layer).counts();
      for (const dataset of DATASETS) {
        const { clean, quarantined, duplicates, quarantinedByReason } = counts[dataset];
        expect({ layer, dataset, clean, quarantined, duplicates, quarantinedByReason }).toEqual({
          layer,
          dataset,
          ...pick(expected.counts[layer][dataset]),
        });
      }
    }
  });
});

function pick({
  clean,
  quarantined,
  duplicates,
  quarantinedByReason,
}: ReturnType<typeof expectedAnswers>['counts']['batch']['pin']) {
  return { clean, quarantined, duplicates, quarantinedByReason };
}

/** Values in the order sent, by dataset. */
function sent(options: SourceOptions): Record<Dataset, JsonValue[]> {
  const values = perDataset((): JsonValue[] => []);
  for (const post of syntheticPosts(options))
    for (const { dataset, value } of post.records) values[dataset].push(value);
  return values;
}

function speedRecords(values: readonly JsonValue[]): RawRecord[] {
  return values.map((value, offset) => ({
    line: JSON.stringify(value),
    arrivalTimeMs: START_MS + Math.floor(offset / 100),
    arrivalPartition: 'shardId-000000000000',
    arrivalOrder: String(offset).padStart(56, '0'),
  }));
}

/** Files as the sink writes them: it refuses what is no object. */
function writeFiles(into: string, values: readonly JsonValue[]): string[] {
  mkdirSync(into, { recursive: true });
  const lines = values.flatMap((value, offset) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? [
          JSON.stringify({
            ...value,
            kafka_partition: 0,
            kafka_offset: offset,
            kafka_timestamp: START_MS + Math.floor(offset / 100),
          }),
        ]
      : [],
  );
  const files: string[] = [];
  for (let from = 0; from < lines.length; from += LINES_PER_FILE) {
    const file = join(into, `t+0+${String(from).padStart(10, '0')}.json`);
    writeFileSync(
      file,
      lines
        .slice(from, from + LINES_PER_FILE)
        .map((line) => `${line}\n`)
        .join(''),
    );
    files.push(file);
  }
  return files;
}
