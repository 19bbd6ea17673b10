import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Execute } from '../../stand-ins/emr-serverless';
import { type SparkTools, sparkVariables } from '../../toolchain/ensure-python';
import { runToEnd } from './processes';

export interface SparkJobOptions {
  readonly s3: S3Client;
  readonly tools: SparkTools;
  /** Where Kinesis answers in place of AWS. */
  readonly kinesisEndpoint: string;
  readonly region: string;
  /** A new empty folder for each run. */
  readonly newFolder: () => string;
  /** Variables that the run has, beside Spark's own. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told how long each step of a run took. */
  readonly say: (line: string) => void;
}

/** Most time that a run may take on this machine. */
const LIMIT_MS = 15 * 60_000;
const ADDRESS = /^s3:\/\/([^/]+)\/(.*)$/;

/**
 * Does for real what EMR Serverless is asked to do: fetches entry point and archives, copies the objects that the run names into
 * folders, submits it to the Spark of this machine, and copies back what it has written.
 */
export function sparkJob(options: SparkJobOptions): Execute {
  return async ({ jobDriver: { sparkSubmit } }, cancelled) => {
    const { s3, tools, kinesisEndpoint, region, env } = options;
    const work = options.newFolder();
    const conf = confOf(sparkSubmit.sparkSubmitParameters ?? '');
    refuseUnlessFixed(conf);
    await unpackArchives(conf['spark.archives'] ?? '', work, options, cancelled);
    writeFileSync(join(work, 'entry.py'), await bytesOf(s3, sparkSubmit.entryPoint));

    const [argument = '{}'] = sparkSubmit.entryPointArguments ?? [];
    const asked = JSON.parse(argument) as Record<string, unknown>;
    const places = Object.entries(asked).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && ADDRESS.test(entry[1]),
    );
    const folders = new Map<string, Folder>();
    for (const [name, url] of places) folders.set(name, await Folder.copied(s3, url, join(work, 's3', name)));
    const local = Object.fromEntries(places.map(([name]) => [name, folders.get(name)!.path]));

    const jars = readdirSync(tools.jars).filter((file) => file.endsWith('.jar'));
    const { code, output, seconds } = await runToEnd(
      join(dirname(tools.python), 'spark-submit'),
      [
        ...[
          '--master',
          'local[2]',
          '--driver-memory',
          '1g',
          '--jars',
          jars.map((jar) => join(tools.jars, jar)).join(','),
        ],
        ...['--conf', 'spark.driver.bindAddress=127.0.0.1', '--conf', 'spark.ui.enabled=false'],
        // A run is over before code that is compiled well has paid.
        ...['--driver-java-options', '-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -XX:+UseSerialGC'],
        ...['--conf', 'spark.sql.codegen.factoryMode=NO_CODEGEN'],
        // A busy machine takes longer than Spark's 15 s.
        ...['--conf', 'spark.python.authenticate.socketTimeout=120s'],
        'entry.py',
        JSON.stringify({ ...asked, ...local, kinesisEndpoint }),
      ],
      {
        cwd: work,
        env: {
          ...env,
          ...sparkVariables(tools),
          PYSPARK_PYTHON: tools.python,
          PYSPARK_DRIVER_PYTHON: tools.python,
          PYTHONPATH: './pipeline/notebooks',
          AWS_REGION: region,
        },
        limitMs: LIMIT_MS,
        signal: cancelled,
      },
    );
    options.say(`a run of Spark took ${seconds.toFixed(1)} s: ${stepsOf(output)}`);
    // What it wrote before it failed is written on EMR, too.
    for (const folder of folders.values()) await folder.copyBack(s3);
    return { code: code ?? 1, said: output.trim().split('\n').slice(-3).join(' | ').slice(-1500) };
  };
}

/** The steps that a run says it has ended, each with its seconds; the rest of its time is the JVM's. */
export function stepsOf(output: string): string {
  const steps = [...output.matchAll(/^\{"ended": "([a-z]+)", "seconds": ([\d.]+)/gm)];
  return steps.map(([, step, seconds]) => `${step} ${seconds}`).join(', ') || 'no step ended';
}

/** `--conf a=b --conf c=d` as a record. */
export function confOf(parameters: string): Record<string, string> {
  const words = parameters.split(/--conf\s+/).filter((word) => word.trim() !== '');
  return Object.fromEntries(
    words.map((word) => {
      const [, key, value] = /^([\w.-]+)=(.*)$/s.exec(word.trim()) ?? [];
      if (key === undefined) throw new Error(`sparkSubmitParameters: ${word.trim()} is no --conf key=value`);
      return [key, value!];
    }),
  );
}

function refuseUnlessFixed(conf: Readonly<Record<string, string>>): void {
  for (const [key, value] of [['spark.dynamicAllocation.enabled', 'false']] as const) {
    if (conf[key] !== value) throw new Error(`${key} must be ${value}: rows are kept on executors, got ${conf[key]}`);
  }
  for (const key of ['spark.executor.instances', 'spark.driver.memory', 'spark.executor.memory', 'spark.jars']) {
    if (!conf[key]) throw new Error(`${key} is missing`);
  }
}

async function unpackArchives(
  list: string,
  work: string,
  { s3, tools, env }: SparkJobOptions,
  signal: AbortSignal,
): Promise<void> {
  for (const archive of list.split(',').filter((each) => each !== '')) {
    const [url = '', folder = ''] = archive.split('#');
    const [, Bucket, Key] = ADDRESS.exec(url) ?? [];
    if (!/\.(zip|jar|tar|tar\.gz|tgz)$/.test(url)) throw new Error(`spark.archives: Spark does not unpack ${url}`);
    // The wheels' content is this machine's own; that they are there is what a rehearsal can see.
    await s3.send(new HeadObjectCommand({ Bucket, Key }));
    if (folder !== 'pipeline') continue;
    const file = join(work, 'pipeline.zip');
    writeFileSync(file, await bytesOf(s3, url));
    const { code, output } = await runToEnd(tools.python, ['-m', 'zipfile', '-e', file, join(work, folder)], {
      cwd: work,
      env: { ...env },
      limitMs: 60_000,
      signal,
    });
    if (code !== 0) throw new Error(`${url} is no archive: ${output.trim()}`);
  }
}

/** Objects under an address as a folder, and what becomes of them there. */
class Folder {
  private constructor(
    readonly path: string,
    private readonly bucket: string,
    private readonly prefix: string,
    private readonly before: ReadonlyMap<string, string>,
  ) {}

  static async copied(s3: S3Client, url: string, path: string): Promise<Folder> {
    const [, bucket = '', prefix = ''] = ADDRESS.exec(url) ?? [];
    mkdirSync(path, { recursive: true });
    for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: `${prefix}/` })) {
      for (const { Key = '' } of page.Contents ?? []) {
        const file = join(path, Key.slice(prefix.length + 1));
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, await bytesOf(s3, `s3://${bucket}/${Key}`));
      }
    }
    return new Folder(path, bucket, prefix, marksOf(path));
  }

  async copyBack(s3: S3Client): Promise<void> {
    const after = marksOf(this.path);
    for (const [file, mark] of after) {
      if (this.before.get(file) === mark) continue;
      const ContentType = file.endsWith('.json') ? 'application/json' : undefined;
      const Body = readFileSync(join(this.path, file));
      await s3.send(new PutObjectCommand({ Bucket: this.bucket, Key: `${this.prefix}/${file}`, Body, ContentType }));
    }
    for (const file of this.before.keys()) {
      if (!after.has(file))
        await s3.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: `${this.prefix}/${file}` }));
    }
  }
}

/** Size and time of each file. Spark's checksum files are the local file system's alone. */
function marksOf(folder: string): Map<string, string> {
  const files = (readdirSync(folder, { recursive: true }) as string[])
    .filter((file) => !file.endsWith('.crc') && statSync(join(folder, file)).isFile())
    .map((file) => join(folder, file));
  return new Map(
    files.map((file) => {
      const { size, mtimeMs } = statSync(file);
      return [relative(folder, file).replaceAll(sep, '/'), `${size} ${mtimeMs}`];
    }),
  );
}

async function bytesOf(s3: S3Client, url: string): Promise<Uint8Array> {
  const [, Bucket, Key] = ADDRESS.exec(url) ?? [];
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return Body!.transformToByteArray();
}
