import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { hasMariadb, startMariadb } from '../testing/mariadb';
import { benchDelivery } from './delivery';
import { benchMysql } from './mysql';
import { type BenchRow, benchRow } from './row';

export { withBareServer, withServer } from './bare';
export { benchSingleRecords } from './delivery';
export { inTurn } from './in-turn';
export { type BenchRow, benchRow, median } from './row';

/** Every row that needs nothing but this machine. Without MariaDB the row of MySQL is left out, and `say` is told. */
export async function emulatorRows(say: (line: string) => void): Promise<BenchRow[]> {
  const rows = await benchDelivery();
  if (!hasMariadb()) {
    say('left out: the MySQL source (no mariadbd on this machine; apt-get install mariadb-server gets it)');
    return rows;
  }
  const server = await startMariadb();
  try {
    return [...rows, ...(await benchMysql(server.login))];
  } finally {
    await server.stop();
  }
}

/** The most memory that sending `records` records takes, in a process of its own, beside the 300 MB that it may take. Minutes for ten million. */
export async function memoryRow(records = 10_000_000): Promise<BenchRow> {
  const program = path.join(__dirname, 'memory.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program, String(records)]);
  const { megabytes } = JSON.parse(stdout) as { megabytes: number };
  return benchRow(
    `emulator, peak memory over ${records.toLocaleString('en-US')} records`,
    'MB',
    megabytes,
    300,
    'the most it may take',
  );
}
