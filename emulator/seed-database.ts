import '@pipeline/cli/node-version';
import { runCommand } from '@pipeline/cli/command';
import { UsageError } from '@pipeline/cli/option-values';
import { bar, ProgressLine, percent } from '@pipeline/cli/progress-line';
import { grouped } from '@pipeline/cli/table';
import { DATASETS, SCHEMAS } from '@pipeline/datasets/schema';
import { DEFAULT_POSTS, syntheticPosts } from '@pipeline/datasets/synthetic';
import { parseOptions, type SeedDatabaseOptions } from './options';
import { openDatabase } from './source/database';
import { loadDatabase } from './source/mysql-load';

const DESCRIPTION = 'Creates the source tables in a MySQL or MariaDB database and loads the synthetic source.';

runCommand(async () => {
  const options = parseOptions<SeedDatabaseOptions>('seed-database', DESCRIPTION, process.argv.slice(2));
  if (!options) return 0;
  if (options.into === undefined)
    throw new UsageError('--into is missing: the database to load, as mysql://user@host/database');
  const database = await openDatabase(options.into, options, process.env.MYSQL_PWD);
  try {
    const connection = await database.connect();
    const posts = options.posts ?? DEFAULT_POSTS;
    const line = new ProgressLine(process.stderr);
    const showProgress = (loaded: number) =>
      line.draw(`${bar(loaded, posts)} ${percent(loaded, posts)}`, `${grouped(loaded)} of ${grouped(posts)} posts`);
    const source = syntheticPosts({ seed: options.seed, posts });
    const loaded = await loadDatabase(connection, source, { replace: options.replace, onProgress: showProgress });
    line.clear();
    const tables = DATASETS.map((dataset) => SCHEMAS[dataset].sourceTable).join(', ');
    console.log(`${grouped(loaded)} posts are in ${database.name}: ${tables}`);
    connection.destroy();
    return 0;
  } finally {
    await database.close();
  }
});
