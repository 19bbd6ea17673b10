import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensureSpark, type Tell } from '../../python/ensure-python';

/** What the notebooks are run over. All names as in datasets/names. */
export interface SparkRun {
  /** Folder of the topics, as the sink writes them: `<bucket>/<topics.dir>`. */
  readonly topicsPath: string;
  readonly topics: Readonly<Record<string, string>>;
  /** Address of the laptop's Kinesis, such as `http://127.0.0.1:4567`. */
  readonly kinesisEndpoint: string;
  readonly streams: Readonly<Record<string, string>>;
  readonly speedTables: Readonly<Record<string, string>>;
  readonly region: string;
  /** Folder for tables and checkpoints. Kept: the next run goes on from there. */
  readonly output: string;
  /** Notebooks to run, in this order. @default batch, stream, serving */
  readonly notebooks?: readonly ('batch' | 'stream' | 'serving' | 'quality')[];
  /** Day that stamps the views, yyyy-mm-dd. @default today in UTC */
  readonly runDate?: string;
}

export interface ViewRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** What became of the records of one dataset. */
export interface SparkCounts {
  readonly read: number;
  readonly clean: number;
  readonly quarantined: number;
  readonly duplicates: number;
  readonly quarantinedByReason: Readonly<Record<string, number>>;
}

export interface SparkReport {
  /** Rows of every view, in its stated order, by layer (batch, speed, serving: those that ran) and name. */
  readonly views: Readonly<Record<string, Readonly<Record<string, ViewRows>>>>;
  /** By layer (batch, speed) and dataset. */
  readonly counts: Readonly<Record<string, Readonly<Record<string, SparkCounts>>>>;
  /** Seconds that each notebook took. */
  readonly seconds: Readonly<Record<string, number>>;
}

/**
 * Runs the notebooks, byte for byte those that are deployed, on a local Spark, and gives what they found.
 *
 * @throws MissingTool without Python, Java or Maven; Error when a notebook fails, after its own words have gone to stderr
 */
export async function runSpark(run: SparkRun, tell: Tell = () => {}): Promise<SparkReport> {
  const { python, jars } = await ensureSpark(tell);
  const output = resolve(run.output);
  mkdirSync(output, { recursive: true });
  const script = join(__dirname, '../../notebooks/local/run.py');
  const child = spawn(python, ['-B', script], { stdio: ['pipe', 'pipe', 'inherit'], cwd: output });
  const asked = {
    notebooks: ['batch', 'stream', 'serving'],
    ...run,
    topicsPath: resolve(run.topicsPath),
    output,
    jars,
  };
  child.stdin.on('error', () => {}); // the exit code below tells what happened
  child.stdin.end(JSON.stringify(asked));
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const status = await new Promise<number | null>((done, fail) => child.on('error', fail).on('close', done));
  if (status !== 0) throw new Error(`the notebooks on Spark ended with ${status}; what they said is above`);
  const last = printed.trimEnd().split('\n').at(-1) ?? '';
  return JSON.parse(last) as SparkReport;
}

/** `tsx ops/python/run-spark.ts < run.json` reads a SparkRun and prints a SparkReport. */
async function main(): Promise<void> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  const run = JSON.parse(Buffer.concat(chunks).toString('utf8')) as SparkRun;
  console.log(JSON.stringify(await runSpark(run, (sentence) => console.error(sentence))));
}

if (require.main === module) {
  main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
