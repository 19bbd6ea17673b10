import { DATASETS, type DatasetSchema, SCHEMAS } from '@pipeline/datasets/schema';
import type { Post } from '@pipeline/datasets/synthetic';
import type { Connection, RowDataPacket } from 'mysql2/promise';

/** Rows of one INSERT. */
const INSERT_ROWS = 1_000;

/**
 * Creates the three tables and loads posts into them, in one transaction.
 *
 * @param onProgress called with the posts loaded so far
 * @returns the number of posts loaded
 * @throws Error when a table is there already and `replace` is false
 */
export async function loadDatabase(
  connection: Connection,
  posts: Iterable<Post>,
  { replace = false, onProgress }: { replace?: boolean; onProgress?: (posts: number) => void } = {},
): Promise<number> {
  for (const dataset of DATASETS) await createTable(connection, SCHEMAS[dataset], replace);
  let loaded = 0;
  let chunk: Post[] = [];
  await connection.beginTransaction();
  for (const post of posts) {
    chunk.push(post);
    if (chunk.length < INSERT_ROWS) continue;
    await insert(connection, chunk);
    loaded += chunk.length;
    onProgress?.(loaded);
    chunk = [];
  }
  await insert(connection, chunk);
  await connection.commit();
  return loaded + chunk.length;
}

/** The statement that creates one source table. */
export function createTableStatement({ sourceTable, sourceKey, sourceColumns }: DatasetSchema): string {
  const columns = sourceColumns.map(
    ({ name, mysqlType }) => `  \`${name}\` ${mysqlType}${name === sourceKey ? ' NOT NULL' : ''}`,
  );
  return `CREATE TABLE \`${sourceTable}\` (\n${columns.join(',\n')},\n  PRIMARY KEY (\`${sourceKey}\`)\n) CHARACTER SET utf8mb4`;
}

async function createTable(connection: Connection, schema: DatasetSchema, replace: boolean): Promise<void> {
  const [found] = await connection.query<RowDataPacket[]>('SHOW TABLES LIKE ?', [schema.sourceTable]);
  if (found.length > 0 && !replace) {
    throw new Error(`the database has a table ${schema.sourceTable} already; --replace drops it and its rows`);
  }
  await connection.query(`DROP TABLE IF EXISTS \`${schema.sourceTable}\``);
  await connection.query(createTableStatement(schema));
}

async function insert(connection: Connection, posts: readonly Post[]): Promise<void> {
  for (const dataset of DATASETS) {
    const { sourceTable, sourceColumns } = SCHEMAS[dataset];
    const rows = posts.flatMap(({ records }) =>
      records
        .filter((record) => record.dataset === dataset)
        .map(({ value }) => {
          const row = value as Record<string, string | number | null>;
          return sourceColumns.map(({ name, mysqlType }) =>
            mysqlType === 'DATETIME' ? plainTime(row[name]) : row[name],
          );
        }),
    );
    if (rows.length === 0) continue;
    const columns = sourceColumns.map(({ name }) => `\`${name}\``).join(', ');
    await connection.query(`INSERT INTO \`${sourceTable}\` (${columns}) VALUES ?`, [rows]);
  }
}

/** DATETIME takes no zone: "2020-08-28T03:52:47Z" goes in as "2020-08-28 03:52:47". */
function plainTime(time: string | number | null | undefined): string | number | null | undefined {
  return typeof time === 'string' ? time.replace('T', ' ').replace(/Z$/, '') : time;
}
