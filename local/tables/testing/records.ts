import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Dataset, SINK_FIELDS } from '@pipeline/datasets/schema';
import type { LayerTables, RawRecord } from '..';

export const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** A clean pin of key `ind`. */
export const pin = (ind: number, fields: object = {}) => ({
  index: ind,
  unique_id: uuid(ind),
  title: 'A title',
  ...fields,
});

/** A record at `offset` of partition 0, arrived at `offset` ms unless said otherwise: text as it is, anything else as JSON. */
export function record(offset: number, value: unknown, { time = offset, partition = '0' } = {}): RawRecord {
  return {
    line: typeof value === 'string' ? value : JSON.stringify(value),
    arrivalTimeMs: time,
    arrivalPartition: partition,
    arrivalOrder: String(offset).padStart(20, '0'),
  };
}

/** The record's line as the S3 sink writes it. Only objects reach the files. */
export function sinkLine({ line, arrivalTimeMs, arrivalPartition, arrivalOrder }: RawRecord): string {
  return JSON.stringify({
    ...JSON.parse(line),
    [SINK_FIELDS.partition]: Number(arrivalPartition),
    [SINK_FIELDS.offset]: Number(arrivalOrder),
    [SINK_FIELDS.timestamp]: arrivalTimeMs,
  });
}

/** A file of the given lines in `folder`. */
export function fileOf(folder: string, name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}

/** Key and title of every clean pin, by key. */
export const titles = async (layer: LayerTables) => {
  const { columns, rows } = await layer.rows('pin', 100);
  const [ind, title] = ['ind', 'title'].map((name) => columns.findIndex((column) => column.name === name));
  return rows.map((row) => [row[ind!], row[title!]]);
};

export const amounts = async (layer: LayerTables, dataset: Dataset = 'pin') => {
  const { clean, quarantined, duplicates } = (await layer.counts())[dataset];
  return { clean, quarantined, duplicates };
};
