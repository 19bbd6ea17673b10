import { runCommand } from '@pipeline/cli/command';
import { UsageError } from '@pipeline/cli/option-values';
import { DEFAULT_POSTS, syntheticPosts } from '@pipeline/datasets/synthetic';
import type { SeedDatabaseOptions } from './options';
import { parseOptions } from './parse-options';
import { openDatabase } from './source/database';
import { loadDatabase } from './source/mysql-load';

const DESCRIPTION = 'Creates the three source tables in a MySQL or MariaDB database and loads the synthetic source.';

runCommand(async () => {
  const options = parseOptions<SeedDatabaseOptions>('seed-database', DESCRIPTION, process.argv.slice(2));
  if (!options) return 0;
  if (options.into === undefined)
    throw new UsageError('--into is missing: the database to load, as mysql://user@host/database');
  const database = await openDatabase(options.into, options, process.env.MYSQL_PWD);
  try {
    const connection = await database.connect();
    const posts = options.posts ?? DEFAULT_POSTS;
    const showProgress = (loaded: number) => {
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${loaded} of ${posts} posts`);
    };
    const source = syntheticPosts({ seed: options.seed, posts });
    const loaded = await loadDatabase(connection, source, { replace: options.replace, onProgress: showProgress });
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    console.log(
      `${loaded.toLocaleString('en-US')} posts are in ${database.name}: pinterest_data, geolocation_data, user_data`,
    );
    connection.destroy();
    return 0;
  } finally {
    await database.close();
  }
});
