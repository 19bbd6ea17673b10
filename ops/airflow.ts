import '@pipeline/cli/node-version';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand, say } from '@pipeline/cli/command';
import { UsageError } from '@pipeline/cli/option-values';
import { type CommandLine, ENVIRONMENT, parseCommandLine } from '@pipeline/cli/options';
import { namesOf } from '@pipeline/datasets/names';
import { loadEnvironment } from '../config/load';
import { type Databricks, startDatabricks } from '../stand-ins/databricks';
import { ensureVenv } from '../toolchain/ensure-python';
import { runInTerminal } from '../toolchain/run-in-terminal';
import { runProgram } from '../toolchain/run-program';

const LINE: CommandLine = {
  name: 'npm run airflow --',
  description:
    "Runs Apache Airflow's own command on this machine, with the DAG that starts the batch job, beside a stand-in of Databricks: npm run airflow -- dags test 0a1b2c3d4e5f_dag 2026-03-04. Needs Python 3.11 or 3.12; installs Airflow on first use, which takes about a minute.",
  options: [{ ...ENVIRONMENT, required: false, default: 'dev' }],
  words: { name: 'word', help: "what goes on to Airflow's command, options too", withOptions: true },
};

const ROOT = join(__dirname, '..');
const DAG = 'pinterest_batch.py';

async function main(): Promise<number> {
  const parsed = parseCommandLine<{ env: string }>(LINE, process.argv.slice(2));
  if (!parsed) return 0;
  const { options, words } = parsed;
  if (words.length === 0) throw new UsageError(`no word for Airflow; ${LINE.name} --help shows one`);
  const { dag, jobs } = namesOf(loadEnvironment(options.env).userId);
  const job = jobs.batch;
  const python = await ensureVenv('airflow', say);
  const home = homeOf(options.env, { dag_id: dag, cron: '0 0 * * *', job_name: job });
  const databricks = await startDatabricks();
  try {
    databricks.addJob({
      name: job,
      parameters: [{ name: 'run_date', default: '' }],
      tasks: [{ task_key: 'batch', notebook_task: { notebook_path: '/Workspace/Shared/pipeline/notebooks/batch' } }],
    });
    // A run that is over at once: the DAG asks every thirty seconds, and there is no work to wait for.
    databricks.nextRun({ states: [] });
    Object.assign(process.env, variables(home, databricks));
    await makeDatabase(python, home);
    const code = await runInTerminal(python, ['-m', 'airflow', ...words], { cwd: ROOT });
    for (const { parameters } of databricks.runs())
      process.stdout.write(`The stand-in of Databricks ran ${job} with ${JSON.stringify(parameters)}.\n`);
    return code;
  } finally {
    await databricks.close();
  }
}

/** A folder for Airflow, with the DAG and its names beside it, as the cloud puts them. */
function homeOf(env: string, settings: Readonly<Record<string, string>>): string {
  const home = join(ROOT, '.cache', 'airflow', env);
  const dags = join(home, 'dags');
  mkdirSync(dags, { recursive: true });
  copyFileSync(join(ROOT, 'dags', DAG), join(dags, DAG));
  writeFileSync(join(dags, 'settings.json'), JSON.stringify(settings));
  return home;
}

/** Airflow's own tables, once. */
async function makeDatabase(python: string, home: string): Promise<void> {
  const done = join(home, 'database-is-made');
  if (existsSync(done)) return;
  say(`making Airflow's database in ${home} (once)`);
  await runProgram(python, ['-m', 'airflow', 'db', 'migrate']);
  writeFileSync(done, '');
}

function variables(home: string, { port, token }: Databricks): Record<string, string> {
  const connection = { conn_type: 'databricks', host: '127.0.0.1', schema: 'http', port, password: token };
  return {
    AIRFLOW_HOME: home,
    // Airflow writes these into its own file of settings, once: a clone that is moved would lead to where it was.
    AIRFLOW__CORE__DAGS_FOLDER: join(home, 'dags'),
    AIRFLOW__CORE__PLUGINS_FOLDER: join(home, 'plugins'),
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: `sqlite:///${join(home, 'airflow.db')}`,
    AIRFLOW__LOGGING__BASE_LOG_FOLDER: join(home, 'logs'),
    AIRFLOW__LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY: join(home, 'logs', 'dag_processor'),
    AIRFLOW__CORE__LOAD_EXAMPLES: 'False',
    AIRFLOW_CONN_DATABRICKS_DEFAULT: JSON.stringify(connection),
    NO_PROXY: '127.0.0.1',
    // Of Airflow's own code, which nobody here changes.
    PYTHONWARNINGS: 'ignore',
  };
}

runCommand(main);
