/*
 * Reads every batch and fact of the store named on the command line and commits once: exit 0 if all data is as it was written, 3 with one line on
 * stderr if not. A torn page of lmdb may end the process by a signal, which also means a damaged store.
 */
import { Store } from './store';

async function main(path: string): Promise<void> {
  const store = new Store(path, { fsync: false, create: false });
  try {
    store.check();
    await store.commit(() => store.putFact('verified', new Date().toISOString()));
  } finally {
    await store.close();
  }
}

main(process.argv[2] ?? '').catch((error: unknown) => {
  console.error(error instanceof Error ? error.message.split('\n')[0] : String(error));
  process.exit(3);
});
