import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { textLiteral } from '../tables/text-literal';
import { Unreadable } from './reading';

const LOG = '_delta_log';

interface Action {
  readonly add?: { readonly path: string; readonly deletionVector?: unknown } | null;
  readonly remove?: { readonly path: string } | null;
  readonly metaData?: { readonly partitionColumns?: readonly string[] | null; readonly configuration?: unknown } | null;
}

export function isDelta(folder: string): boolean {
  return existsSync(join(folder, LOG));
}

/**
 * The Parquet files that a Delta table is made of just now: the newest checkpoint and the commits after it.
 *
 * @throws Unreadable for tables that Parquet alone cannot give: with deletion vectors, renamed or partition columns
 */
export async function activeFiles(connection: DuckDBConnection, folder: string): Promise<string[]> {
  const log = join(folder, LOG);
  const entries = readdirSync(log).sort();
  const checkpoints = entries.filter((entry) => /^\d{20}\.checkpoint\.parquet$/.test(entry));
  const checkpoint = checkpoints.at(-1);
  const from = checkpoint === undefined ? -1 : Number(checkpoint.slice(0, 20));
  const files = new Set<string>();
  const take = ({ add, remove, metaData }: Action) => {
    if (remove) files.delete(remove.path);
    if (add) files.add(add.path);
    const configuration = JSON.stringify(metaData?.configuration ?? {});
    if (
      add?.deletionVector ||
      (metaData?.partitionColumns ?? []).length > 0 ||
      /columnMapping.mode[^,]*(name|id)/.test(configuration)
    )
      throw new Unreadable(
        folder,
        `${folder} is a Delta table with deletion vectors, renamed or partition columns; write it as Parquet with Spark, and pass that`,
      );
  };
  if (checkpoint !== undefined) {
    const rows = await connection.runAndReadAll(
      `select to_json(struct_pack(add := c.add, metaData := c.metaData)) from read_parquet(${textLiteral(join(log, checkpoint))}) as c`,
    );
    for (const [text] of rows.getRows()) take(JSON.parse(String(text)));
  }
  for (const entry of entries) {
    if (!/^\d{20}\.json$/.test(entry) || Number(entry.slice(0, 20)) <= from) continue;
    for (const line of readFileSync(join(log, entry), 'utf8').split('\n')) if (line !== '') take(JSON.parse(line));
  }
  if (files.size === 0) throw new Unreadable(folder, `${folder} is a Delta table without rows`);
  return [...files].map((file) => join(folder, decodeURIComponent(file)));
}
