import type { SparkSettings } from '../../config/spark-settings';
import type { Archive } from './spark-code';

/** One run as EMR Serverless's StartJobRun takes it, without application, role and token: the starter adds these. */
export interface SparkRun {
  readonly name: string;
  readonly mode: 'BATCH' | 'STREAMING';
  /** Time limit of a BATCH run; a streaming run has none. */
  readonly executionTimeoutMinutes?: number;
  readonly jobDriver: {
    readonly sparkSubmit: {
      readonly entryPoint: string;
      readonly entryPointArguments: readonly string[];
      readonly sparkSubmitParameters: string;
    };
  };
  readonly retryPolicy?: { readonly maxFailedAttemptsPerHour: number };
}

export interface SparkRunInputs {
  readonly name: string;
  readonly settings: Pick<SparkSettings, 'workerVcpu' | 'workerMemoryGiB' | 'executors'>;
  readonly entryPoint: string;
  readonly archives: readonly Archive[];
  /** Folders for PYTHONPATH, from the working folder of a worker. */
  readonly pythonPath: readonly string[];
  /** Argument of the entry point: one JSON object, as text. */
  readonly argument: string;
  readonly mode: 'BATCH' | 'STREAMING';
}

/** Time limit of a run. A day's records take minutes, so a run that takes this long hangs. */
const TIMEOUT_MINUTES = 120;

/**
 * Spark settings that the JVM needs before the entry point begins; the entry point sets all others itself. None of them
 * is set on the application, which can be changed only while it is stopped.
 */
export function sparkRun({ name, mode, argument, entryPoint, ...inputs }: SparkRunInputs): SparkRun {
  return {
    name,
    mode,
    ...(mode === 'BATCH'
      ? { executionTimeoutMinutes: TIMEOUT_MINUTES }
      : { retryPolicy: { maxFailedAttemptsPerHour: 5 } }),
    jobDriver: {
      sparkSubmit: {
        entryPoint,
        entryPointArguments: [argument],
        sparkSubmitParameters: Object.entries(confOf(inputs))
          .map(([key, value]) => `--conf ${key}=${value}`)
          .join(' '),
      },
    },
  };
}

function confOf({
  settings: { workerVcpu, workerMemoryGiB, executors },
  archives,
  pythonPath,
}: Pick<SparkRunInputs, 'settings' | 'archives' | 'pythonPath'>): Record<string, string> {
  const memory = `${sparkMemoryMiB(workerMemoryGiB)}m`;
  const importsFrom = pythonPath.join(':');
  return {
    'spark.archives': archives.map(({ url, folder }) => `${url}#${folder}`).join(','),
    'spark.emr-serverless.driverEnv.PYTHONPATH': importsFrom,
    'spark.executorEnv.PYTHONPATH': importsFrom,
    'spark.driver.cores': String(workerVcpu),
    'spark.driver.memory': memory,
    'spark.executor.cores': String(workerVcpu),
    'spark.executor.memory': memory,
    'spark.executor.instances': String(executors),
    // localCheckpoint keeps rows on the executors, and an executor that is removed loses its rows.
    'spark.dynamicAllocation.enabled': 'false',
    // The image has Delta's jars, but not on the class path. Since 4.1 Delta has several jars.
    'spark.jars': '/usr/share/aws/delta/lib/*.jar',
    'spark.driver.extraJavaOptions': '-Duser.timezone=UTC',
    'spark.executor.extraJavaOptions': '-Duser.timezone=UTC',
  };
}

/** Spark's share of a worker's memory: EMR adds a tenth, but at least 384 MiB, and the sum must fit into the worker. */
function sparkMemoryMiB(workerGiB: number): number {
  const mib = workerGiB * 1024;
  return Math.min(Math.floor(mib / 1.1), mib - 384);
}

/** Changes all names to the case that EventBridge Scheduler and Step Functions expect: `JobDriver`, not `jobDriver`. */
export function inPascalCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inPascalCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [`${key[0]!.toUpperCase()}${key.slice(1)}`, inPascalCase(inner)]),
  );
}
