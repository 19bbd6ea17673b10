import { resolve } from 'node:path';
import { runPytest } from '../../ops/python/pytest';

/** `tsx test/airflow/run.ts [pytest arguments]`: the DAG on a real Airflow, ending in one line of summary. */
runPytest({ title: 'Airflow', environment: 'airflow', folder: resolve(__dirname), passOn: process.argv.slice(2) });
