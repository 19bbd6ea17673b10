import { z } from 'zod';
import { refuse, text, wholeNumber } from './rules';
import { schedule } from './schedules';

/** EMR's releases with Spark 4.1, which the notebooks and the tests share. */
export const EMR_RELEASES = ['emr-spark-8.1.0', 'emr-spark-8.2.0'] as const;
/** The lock file's wheels are for one of these. */
export const ARCHITECTURES = ['arm64', 'x86_64'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** Why a release that exists is refused. */
const REFUSED_RELEASES: readonly (readonly [RegExp, string])[] = [
  [/^emr-spark-8\.0\./, 'it has Spark 4.0, and AWS supports it until May 2027 only'],
  [/^emr-[567]\./, 'it has Spark 2 or 3, and the notebooks need Spark 4.1'],
];

/** GiB of memory, fewest and most and in steps of, that EMR Serverless gives a worker by its vCPUs. Below 4 GiB Spark's driver does not start. */
const WORKER_MEMORY = {
  1: { from: 4, to: 8, step: 1 },
  2: { from: 4, to: 16, step: 1 },
  4: { from: 8, to: 30, step: 1 },
  8: { from: 16, to: 60, step: 4 },
  16: { from: 32, to: 120, step: 8 },
} as const;

/** Spark on an AWS account alone. A file without `spark` and without `databricks` takes posts in and has no answers. */
export const spark = z
  .strictObject({
    engine: z
      .literal('emr-serverless', 'must be emr-serverless; for Databricks leave spark out and fill in databricks')
      .describe(
        'Who runs the notebooks. Databricks has a group of its own, and an environment has at most one of them.',
      ),
    release: text(/^emr-/, `must be one of ${EMR_RELEASES.join(', ')}`).describe(
      `Release of EMR: ${EMR_RELEASES.join(' or ')}, both with long support.`,
    ),
    architecture: z
      .enum(ARCHITECTURES)
      .describe('Processor of the workers. The packages of Python that travel with a run are for the same one.')
      .default('arm64'),
    schedule: schedule.describe(
      'How often a run starts, in UTC: by the DAG where there is orchestration, else by EventBridge Scheduler. Answers are as old as this, and those of the speed layer too unless continuous is on.',
    ),
    workerVcpu: z
      .literal([1, 2, 4, 8, 16], 'must be 1, 2, 4, 8 or 16')
      .describe('Processors of the driver and of each executor: 1, 2, 4, 8 or 16.')
      .default(2),
    workerMemoryGiB: wholeNumber(4, 120)
      .describe('Memory of the driver and of each executor; EMR gives 4 to 8 GiB for each processor or a little less.')
      .default(8),
    executors: wholeNumber(1, 50)
      .describe('Executors beside the driver. Their number is fixed, because a run keeps rows on them.')
      .default(1),
    maximumVcpu: wholeNumber(2, 400).describe(
      'Processors that the application may hold at once, a bound on what it can cost. A new account has a quota of 16.',
    ),
    continuous: z
      .boolean()
      .describe(
        'Keeps a streaming run going all day, so that the speed layer is minutes old whatever the schedule; it costs workers all day.',
      )
      .default(false),
  })
  .superRefine((value, context) => {
    if (!(EMR_RELEASES as readonly string[]).includes(value.release)) {
      const reason = REFUSED_RELEASES.find(([pattern]) => pattern.test(value.release))?.[1];
      refuse(context, ['release'], `must be one of ${EMR_RELEASES.join(', ')}${reason ? `, because ${reason}` : ''}`);
    }
    const { from, to, step } = WORKER_MEMORY[value.workerVcpu];
    if (value.workerMemoryGiB < from || value.workerMemoryGiB > to || value.workerMemoryGiB % step !== 0) {
      refuse(
        context,
        ['workerMemoryGiB'],
        `must be ${from} to ${to}${step > 1 ? ` in steps of ${step}` : ''} for ${value.workerVcpu} vCPU`,
      );
    }
    const needed = (1 + value.executors) * value.workerVcpu;
    if (value.maximumVcpu < needed) {
      refuse(
        context,
        ['maximumVcpu'],
        `must be at least ${needed}, which a driver and ${value.executors} executor${value.executors === 1 ? '' : 's'} of ${value.workerVcpu} vCPU take`,
      );
    }
  });

export type SparkSettings = z.infer<typeof spark>;

/** Rules between the engines, and between an engine and who starts it. */
export function checkEngines(
  value: { spark?: unknown; databricks?: { schedule?: unknown }; orchestration?: unknown },
  context: z.RefinementCtx,
): void {
  if (value.spark && value.databricks) {
    refuse(context, ['databricks'], 'must be left out beside spark: one engine keeps the tables and the answers');
  }
  if (value.databricks?.schedule !== undefined && !value.orchestration) {
    refuse(
      context,
      ['databricks', 'schedule'],
      'must be left out without orchestration, whose DAG is the one that reads it',
    );
  }
}
