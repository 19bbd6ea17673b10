import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Dataset, Layer } from '@pipeline/datasets/schema';
import { type SparkTools, sparkVariables } from '../../toolchain/ensure-python';
import { runChild } from './child';

export type Notebook = 'batch' | 'stream' | 'serving' | 'quality' | 'export';

/** What the notebooks are run over. All names as in datasets/names. */
export interface SparkRun {
  /** Notebooks to run, in this order. */
  readonly notebooks: readonly Notebook[];
  /** Folder of the topics, as the sink writes them: `<bucket>/<topics.dir>`. */
  readonly topicsPath: string;
  readonly topics: Readonly<Record<Dataset, string>>;
  /** Address of the laptop's Kinesis, such as `http://127.0.0.1:8081`. */
  readonly kinesisEndpoint: string;
  readonly streams: Readonly<Record<Dataset, string>>;
  readonly speedTables: Readonly<Record<Dataset, string>>;
  readonly region: string;
  /** Folder for tables, checkpoints and the log. Kept: the next run goes on from there. */
  readonly output: string;
}

export interface ViewRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** What became of the records of one dataset. */
export interface SparkCounts {
  readonly read: number;
  readonly clean: number;
  readonly quarantined: number;
  readonly duplicates: number;
  readonly quarantinedByReason: Readonly<Record<string, number>>;
}

/** The last line that `notebooks/runner/laptop.py` prints. */
export interface SparkReport {
  /** Rows of every view, in its stated order, by layer (batch, speed, serving: those that ran) and name. */
  readonly views: Readonly<Record<string, Readonly<Record<string, ViewRows>>>>;
  /** Types of each view's columns, in Spark SQL's words. */
  readonly types: Readonly<Record<string, readonly string[]>>;
  readonly counts: Readonly<Record<Layer, Readonly<Record<Dataset, SparkCounts>>>>;
  /** Seconds that each notebook took. */
  readonly seconds: Readonly<Partial<Record<Notebook, number>>>;
  /** What the quality notebook found above its limits, in a sentence. */
  readonly breaches: string | null;
  /** Version of Spark. */
  readonly spark: string;
}

/** What `laptop.py` prints while it works. A step is a notebook, or `session`: the start of Spark. */
export type Progress =
  | { readonly began: string }
  | { readonly ended: string; readonly seconds: number; readonly said: string | null };

/** A notebook failed, or Spark did. The message says which, why, and where the whole log is. */
export class NotebookFailed extends Error {
  override readonly name = 'NotebookFailed';
}

/** Its variables would lead pyspark to another Spark, boto3 to another account, or both through a proxy to this machine. */
const FOREIGN = /^(SPARK_|PYSPARK_|PYTHON|HADOOP_|AWS_|JAVA_HOME$|no_proxy$|NO_PROXY$)/;

const SCRIPT = resolve(__dirname, '../../notebooks/runner/laptop.py');

/**
 * Runs the notebooks, byte for byte those that are deployed, on a local Spark, and gives what they found.
 *
 * @throws NotebookFailed; the signal's reason when it was told to stop, after Spark has ended
 */
export async function runNotebooks(
  run: SparkRun,
  tools: SparkTools,
  { onProgress, signal }: { onProgress?: (progress: Progress) => void; signal?: AbortSignal } = {},
  script = SCRIPT,
): Promise<SparkReport> {
  const output = resolve(run.output);
  mkdirSync(output, { recursive: true });
  const log = join(output, 'spark.log');
  let step = 'session';
  let failed: { failed: string; reason: string } | undefined;
  let report: SparkReport | undefined;

  const { code, endedBy } = await runChild({
    command: tools.python,
    args: ['-B', script],
    cwd: output,
    env: { ...variablesOf(process.env), ...sparkVariables(tools) },
    told: JSON.stringify({ ...run, topicsPath: resolve(run.topicsPath), output, jars: tools.jars, watched: true }),
    log,
    signal,
    onLine: (line) => {
      const event = eventIn(line);
      if (!event) return;
      if ('failed' in event) failed = event;
      else if ('views' in event) report = event;
      else {
        if ('began' in event) step = event.began;
        onProgress?.(event);
      }
    },
  });

  if (failed) throw new NotebookFailed(`${wordsOf(failed.failed)} failed: ${failed.reason}; the whole log is ${log}`);
  if (code !== 0 || !report) {
    throw new NotebookFailed(`Spark ended with ${endedBy ?? code} during ${wordsOf(step)}; the whole log is ${log}`);
  }
  return report;
}

type Event = Progress | SparkReport | { readonly failed: string; readonly reason: string };

function eventIn(line: string): Event | undefined {
  try {
    const event: unknown = JSON.parse(line);
    return typeof event === 'object' && event !== null ? (event as Event) : undefined;
  } catch {
    // The JVM may print there too.
    return undefined;
  }
}

function wordsOf(step: string): string {
  return step === 'session' ? "Spark's start" : `the notebook ${step}`;
}

function variablesOf(ours: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(ours).filter(([name]) => !FOREIGN.test(name));
  return { ...Object.fromEntries(kept), no_proxy: '127.0.0.1' };
}
