import { AIRFLOW, runAsCommand } from '../../ops/parts/pytest';

/** `tsx test/airflow/run.ts [pytest arguments]`: the DAG on a real Airflow, ending in one line of summary. */
runAsCommand(AIRFLOW, process.argv.slice(2));
