import { z } from 'zod';
import { refuse, text, wholeNumber } from './rules';
import { schedule } from './schedules';

/** Airflow versions that the DAG was run on and MWAA creates. */
export const AIRFLOW_VERSIONS = ['2.11.2', '3.0.6', '3.2.1'] as const;
/** MWAA's sizes. CloudFormation takes any text and fails only when the environment is made. */
export const MWAA_CLASSES = ['mw1.micro', 'mw1.small', 'mw1.medium', 'mw1.large', 'mw1.xlarge', 'mw1.2xlarge'] as const;

/** Managed Airflow. A file without it has no Airflow. Airflow costs more than all the rest of a small environment. */
export const orchestration = z
  .strictObject({
    airflowVersion: z.enum(AIRFLOW_VERSIONS).describe('Version of Airflow; the DAG was run on each of these.'),
    environmentClass: z
      .enum(MWAA_CLASSES)
      .describe('Size of the environment. mw1.micro is one machine for everything.'),
    webserverAccess: z
      .enum(['PUBLIC_ONLY', 'PRIVATE_ONLY'])
      .describe('Whether the Airflow page is reached from the internet (signed in with IAM) or from the VPC alone.'),
    minWorkers: wholeNumber(1, 25).describe('Workers that always run.').default(1),
    maxWorkers: wholeNumber(1, 25).describe('Workers at most; the DAG needs one.').default(1),
    schedulers: wholeNumber(1, 5).describe('1 for mw1.micro, 2 to 5 for all others.').optional(),
  })
  .superRefine((value, context) => {
    if (value.minWorkers > value.maxWorkers)
      refuse(context, ['minWorkers'], `must be at most maxWorkers, ${value.maxWorkers}`);
    if (value.environmentClass === 'mw1.micro') {
      if (value.maxWorkers !== 1)
        refuse(context, ['maxWorkers'], 'must be 1 for mw1.micro, whose one machine does everything');
      if (value.schedulers !== undefined && value.schedulers !== 1)
        refuse(context, ['schedulers'], 'must be 1 for mw1.micro');
    } else if (value.schedulers === 1) {
      refuse(context, ['schedulers'], `must be 2 to 5 for ${value.environmentClass}`);
    }
  });

/** The Databricks workspace. Left out of a file, jobs, instance profile and hooks are not made. */
export const databricks = z.strictObject({
  workspaceUrl: text(
    /^https:\/\/[a-z0-9.-]+$/,
    'must be the workspace address, such as https://dbc-1234.cloud.databricks.com, without a path',
  ).describe('Address of the workspace, without a path.'),
  authentication: z
    .enum(['token', 'oauth'])
    .describe('A personal access token, or OAuth of a service principal.')
    .default('token'),
  secretName: text(/^[\w/+=.@-]{1,512}$/, 'must be the name of a secret in Secrets Manager').describe(
    'Secret made beforehand: {"token"} or {"client_id","client_secret"}.',
  ),
  airflowSecretName: text(/^[\w/+=.@-]{1,512}$/, 'must be the name of a secret in Secrets Manager')
    .describe(
      'A second secret of the same form, for Airflow alone: of somebody who may start the batch job and nothing else. Left out, Airflow gets what secretName says.',
    )
    .optional(),
  runAs: text(/^[\w.+@-]{1,255}$/, 'must be the application id of a service principal, or the e-mail address of a user')
    .describe(
      'Whom the jobs run as. Left out, whoever the secret belongs to, and their runs stop when that person leaves.',
    )
    .optional(),
  catalog: text(/^[a-z_][a-z0-9_]{0,254}$/, 'must be the name of a catalog: a-z, 0-9 and _')
    .describe("Unity Catalog's name for the tables' catalog. Left out, the workspace's default.")
    .optional(),
  tablesPath: text(
    /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[\w.=-]+)*$/,
    'must be a folder such as s3://bucket/databricks/tables',
  )
    .describe(
      'Folder of external tables, which needs an external location in Unity Catalog. Left out, the catalog manages the tables, which needs nothing.',
    )
    .optional(),
  crossAccountRole: text(/^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, 'must be the ARN of an IAM role').describe(
    "The workspace's cross-account role, which must be let pass the instance profile's role.",
  ),
  nodeType: text(/^[a-z][a-z0-9-]*\.[a-z0-9]+$/, 'must be an EC2 instance type such as m6gd.large')
    .describe(
      'EC2 instance type of the job clusters, with a disk of its own (a d after the generation): others do not start without more settings.',
    )
    .default('m6gd.large'),
  workers: wholeNumber(0, 100).describe('Workers of each job cluster; 0 runs everything on the driver.').default(0),
  sparkVersion: text(
    /^(17\.[3-9]|1[89](\.\d+)?|[2-9]\d(\.\d+)?)\.x-scala2\.13$/,
    'must be a Databricks runtime from 17.3.x-scala2.13 up, as the notebooks need Spark 4',
  ).describe('Databricks runtime of the clusters, from 17.3.x-scala2.13 up: the notebooks need Spark 4.'),
  schedule: schedule
    .describe(
      'How often the DAG starts the batch job, in UTC; daily where the file says nothing. Only with orchestration.',
    )
    .optional(),
  streamPaused: z
    .boolean()
    .describe('Keeps the streaming job from running all day, which costs a cluster.')
    .default(false),
});

/** Full minor versions of MySQL that RDS offers well beyond 2026; a bare 8.4 fails validation. */
export const MYSQL_VERSIONS = ['8.4.9', '8.4.10'] as const;

/** The exercise's source database, filled from the synthetic source. A file without it has no database. */
export const sourceDatabase = z.strictObject({
  engineVersion: z.enum(MYSQL_VERSIONS).describe('Version of MySQL, in full.'),
  instanceType: text(/^[a-z][a-z0-9]*\.[a-z0-9]+$/, 'must be an RDS size without the db. in front, such as t4g.micro')
    .describe('RDS size, without the db. in front.')
    .default('t4g.micro'),
  storageGiB: wholeNumber(20, 1000).describe('Disk of the database.').default(20),
});
