/** Cleans 400 pins of both layers anew, each time under another title, and in the third round ends as by kill -9 before a certain statement, or after all. */
import { DuckDBConnection } from '@duckdb/node-api';
import { Tables } from '..';
import { pin, record } from './records';

let round = 0;

function endBefore(statement: string): void {
  const { run } = DuckDBConnection.prototype;
  DuckDBConnection.prototype.run = function (sql, ...others) {
    if (round === 3 && sql.startsWith(statement)) process.kill(process.pid, 'SIGKILL');
    return run.call(this, sql, ...others);
  };
}

function recordsOf(title: number) {
  const pins = Array.from({ length: 400 }, (_, at) => record(at, pin(at, { title: String(title) })));
  return [...pins, record(400, 'no JSON')];
}

async function main([file = '', statement = '']: string[]): Promise<void> {
  if (statement !== '') endBefore(statement);
  const tables = await Tables.open(file);
  for (const layer of ['batch', 'speed'] as const) await tables.layer(layer).ingest('pin', recordsOf(0), {});
  const session = await tables.connect();
  for (round = 1; round <= 3; round++) {
    // As if other rules had cleaned them.
    await session.read(`update made.cleaned set rules = 'others'`);
    for (const layer of ['batch', 'speed'] as const) await tables.layer(layer).renew([]);
    await tables.cleanAnew(async (_, [dataset], into) => into.ingest(dataset!, recordsOf(round)));
  }
  process.kill(process.pid, 'SIGKILL');
}

void main(process.argv.slice(2));
