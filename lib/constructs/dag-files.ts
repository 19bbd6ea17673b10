import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readRepositoryText } from './repository-text';

const FOLDER = join(__dirname, '..', '..', 'dags');
/** The DAG of each engine. Airflow gets only the DAG of its environment's engine. */
const DAGS = { databricks: 'pinterest_batch.py', 'emr-serverless': 'pinterest_spark.py' } as const;

/**
 * Reads the texts for MWAA: the DAG files by name, and requirements.txt.
 *
 * @throws Error when the DAG file is missing, or when requirements.txt is for another version of Airflow
 */
export function readDags(
  airflowVersion: string,
  engine: keyof typeof DAGS = 'databricks',
  folder: string = FOLDER,
): { dags: Record<string, string>; requirements: string } {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file === DAGS[engine]) : [];
  if (files.length === 0)
    throw new Error(
      `dags/ has no DAG file ${DAGS[engine]}; add it, or leave orchestration out of the environment file`,
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
