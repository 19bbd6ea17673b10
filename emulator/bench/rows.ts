import { hasMariadb, startMariadb } from '../testing/mariadb';
import { benchDelivery } from './delivery';
import { benchMysql } from './mysql';
import type { BenchRow } from './row';

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
