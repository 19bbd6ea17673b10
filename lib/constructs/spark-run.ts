import type { SparkSettings } from '../../config/spark-settings';
import type { Archive } from './spark-code';

/** One run as the API of EMR Serverless takes it, but for application, role and token, which belong to whoever starts it. */
export interface SparkRun {
  readonly name: string;
  readonly mode: 'BATCH' | 'STREAMING';
  /** BATCH alone has one, in which it must end. */
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
  /** What the entry point is told: one JSON object, as text. */
  readonly argument: string;
  readonly mode: 'BATCH' | 'STREAMING';
}

/** A run that has not ended by then hangs: a day's records are taken in within minutes. */
const TIMEOUT_MINUTES = 120;

/**
 * What the JVM needs before the entry point begins; what a session of ours needs, the entry point sets itself. None of it
 * stands at the application, which can be changed only while it is stopped.
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
    // Rows are kept on executors by localCheckpoint, which a departing executor takes away.
    'spark.dynamicAllocation.enabled': 'false',
    // On the image, but not on the class path. All of them: Delta is in several files since 4.1.
    'spark.jars': '/usr/share/aws/delta/lib/*.jar',
    'spark.driver.extraJavaOptions': '-Duser.timezone=UTC',
    'spark.executor.extraJavaOptions': '-Duser.timezone=UTC',
  };
}

/** What Spark may ask of a worker's memory: EMR adds a tenth, and at least 384 MiB, and the sum must fit. */
function sparkMemoryMiB(workerGiB: number): number {
  const mib = workerGiB * 1024;
  return Math.min(Math.floor(mib / 1.1), mib - 384);
}

/** The same run with names in the case of EventBridge Scheduler's and Step Functions' inputs: `JobDriver`, not `jobDriver`. */
export function inPascalCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inPascalCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [`${key[0]!.toUpperCase()}${key.slice(1)}`, inPascalCase(inner)]),
  );
}
