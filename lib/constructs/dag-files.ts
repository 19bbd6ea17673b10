import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readRepositoryText } from './repository-text';

const FOLDER = join(__dirname, '..', '..', 'dags');
/** The DAG of each engine: Airflow gets that of its environment's alone. */
const DAGS = { databricks: 'pinterest_batch.py', 'emr-serverless': 'pinterest_spark.py' } as const;

/**
 * Texts of what MWAA gets: the DAG files by name, and requirements.txt.
 *
 * @throws Error when there are none, or when requirements.txt is for another Airflow
 */
export function readDags(
  airflowVersion: string,
  engine: keyof typeof DAGS = 'databricks',
  folder: string = FOLDER,
): { dags: Record<string, string>; requirements: string } {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file === DAGS[engine]) : [];
  if (files.length === 0)
    throw new Error(
      `dags/: no DAG file ${DAGS[engine]} there; leave orchestration out of the environment file or add one`,
    );
  const requirements = readRepositoryText(join(folder, 'requirements.txt'));
  const [, installsFor] = /constraints-([\d.]+)\/constraints-/.exec(requirements) ?? [];
  if (installsFor !== airflowVersion) {
    throw new Error(
      `orchestration.airflowVersion is ${airflowVersion}, but dags/requirements.txt installs for ${installsFor ?? 'no version'}; ` +
        'dags/README.md says which pins go with which version',
    );
  }
  return {
    dags: Object.fromEntries(files.map((file) => [file, readRepositoryText(join(folder, file))])),
    requirements,
  };
}
