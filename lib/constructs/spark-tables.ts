import type { Names } from '@pipeline/datasets/names';
import { DATASETS } from '@pipeline/datasets/schema';
import { views } from '@pipeline/datasets/sql';
import { Stack } from 'aws-cdk-lib';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';

export interface SparkTablesProps {
  readonly userId: string;
  readonly names: Pick<Names, 'tables'>;
  /** Folder of the Delta tables: `s3://…`. */
  readonly tablesPath: string;
}

/** Registers a run's tables in Glue, so that Athena finds them without a crawler. Athena reads the columns from Delta's log. */
export class SparkTables extends Construct {
  readonly database: string;

  constructor(scope: Construct, id: string, { userId, names, tablesPath }: SparkTablesProps) {
    super(scope, id);
    this.database = `pinterest_${userId.replaceAll('-', '_')}`;
    const catalogId = Stack.of(this).account;
    const database = new CfnDatabase(this, 'Database', {
      catalogId,
      databaseInput: {
        name: this.database,
        description:
          'Delta tables of the Pinterest pipeline: clean, quarantined and superseded records, and the answers',
      },
    });
    for (const name of tableNames(names)) {
      const location = `${tablesPath}/${name}/`;
      new CfnTable(this, `Table ${name}`, {
        catalogId,
        databaseName: this.database,
        tableInput: {
          name,
          tableType: 'EXTERNAL_TABLE',
          parameters: { EXTERNAL: 'TRUE', 'spark.sql.sources.provider': 'delta', table_type: 'delta' },
          storageDescriptor: {
            // Glue requires a column; Athena reads the real columns from the table's log.
            columns: [{ name: 'col', type: 'array<string>' }],
            location,
            serdeInfo: { parameters: { 'serialization.format': '1', path: location } },
          },
        },
      }).addResourceDependency(database);
    }
  }
}

/** Names of all Delta tables of a run. */
export function tableNames({ tables }: Pick<Names, 'tables'>): string[] {
  const clean = DATASETS.flatMap((dataset) => [`batch_${dataset}`, tables[dataset]]);
  const kept = views().flatMap(({ name }) => [`batch_${name}`, `serving_${name}`]);
  return [
    ...clean.flatMap((table) => [table, `${table}_quarantine`, `${table}_duplicates`]),
    ...kept,
    'serving_post',
    'serving_reconciliation',
    'quality',
  ].sort();
}
