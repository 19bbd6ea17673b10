import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { renameOverSync } from '@pipeline/cli/rename-over';
import type { QuarantinedRecord, QuarantinePage } from '../../local/serving/contract';
import type { RuntimeClient } from '../runtime-client';
import { exportLine, keyOf } from './line';
import type { QuarantineFilter } from './list';

const PAGE = 500;

/** Writes the quarantine, newest record first, as one JSON object a line; whole or not at all. @returns how many records */
export async function exportQuarantine(
  client: RuntimeClient,
  filter: QuarantineFilter,
  file: string,
  say: (line: string) => void,
): Promise<number> {
  mkdirSync(dirname(resolve(file)), { recursive: true });
  const part = `${file}.part`;
  const fd = openSync(part, 'w');
  let written = 0;
  try {
    let before: string | undefined;
    do {
      const page: QuarantinePage = await client.get('quarantine/records', { ...filter, limit: String(PAGE), before });
      for (const record of page.records) writeSync(fd, exportLine(await lineOf(client, record)));
      written += page.records.length;
      before = page.before ?? undefined;
      if (before !== undefined) say(`${written} of ${page.total} records …`);
    } while (before !== undefined);
  } finally {
    closeSync(fd);
  }
  renameOverSync(part, file);
  return written;
}

async function lineOf(client: RuntimeClient, record: QuarantinedRecord) {
  const { layer, dataset, reason, atMs, log, partition, offset, line } = record;
  // A list holds only the beginning of what is long.
  const whole = line.cut ? await client.raw(`logs/${log}/${partition}/${offset}/value`) : line.text;
  return {
    layer,
    dataset,
    key: keyIn(whole) ?? `${partition}-${offset}`,
    reason,
    at: new Date(atMs).toISOString(),
    log,
    partition,
    offset,
    line: whole,
  };
}

function keyIn(line: string): string | undefined {
  try {
    return keyOf(JSON.parse(line));
  } catch {
    return undefined;
  }
}
