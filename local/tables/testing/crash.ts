/** Takes pairs of a good and a bad record into the tables of the file given, until killed; prints when three pairs are in. */
import { Tables } from '..';
import { pin, record } from './records';

async function main(file: string): Promise<void> {
  const tables = await Tables.open(file);
  for (let taken = 1; ; taken++) {
    const records = [record(2 * taken, pin(taken)), record(2 * taken + 1, `bad ${taken}`)];
    await tables.layer('batch').ingest('pin', records, { place: String(taken) });
    if (taken === 3) process.stdout.write('three\n');
  }
}

void main(process.argv[2]!);
