import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { perDataset } from '@pipeline/datasets/schema';
import { z } from 'zod';
import { environmentNames, noEnvironment } from './environments';
import { UsageError } from './option-values';
import { renameOverSync } from './rename-over';

const names = z.strictObject(perDataset(() => z.string().min(1)));

/** What a running system says about itself in `outputs/<env>.json`: the cloud's deploy writes it, and so does the laptop runtime. */
export const outputsSchema = z.strictObject({
  env: z.string().min(1),
  /** The API with its stage; ends in '/', because resolving a path against '/dev' would silently drop 'dev'. */
  apiUrl: z.url({ protocol: /^https?$/ }).endsWith('/'),
  region: z.string().min(1),
  /** `iam`: every request must be signed with SigV4. */
  auth: z.enum(['none', 'iam']),
  userId: z.string().min(1),
  topics: names,
  streams: names,
  /** Where Kinesis answers; left out, the region's own endpoint. */
  kinesisEndpoint: z.url().optional(),
  /** Where the Kafka listens that keeps the topics, `host:port`; left out on the laptop without `--kafka`. */
  kafka: z.string().min(1).optional(),
  /** Where S3 answers; left out, the region's own endpoint. */
  s3Endpoint: z.url().optional(),
  /** The S3 sink's files; left out where nobody has said. */
  lake: z
    .strictObject({
      /** Folder of the topics, `s3://<bucket>/topics/` or a `file:` URL on the laptop; ends in '/'. */
      url: z.url({ protocol: /^(s3|file)$/ }).endsWith('/'),
      /** Name of the bucket; left out where the URL says it. */
      bucket: z.string().min(1).optional(),
      /** Seconds after which the sink closes an unfinished file. */
      closesAfterSeconds: z.int().min(1),
    })
    .optional(),
  /** Where the views are served, on the laptop only. */
  viewsUrl: z.url().optional(),
});

export type Outputs = z.infer<typeof outputsSchema>;

/** Thrown when an outputs file is missing or wrong. The message says which file and what to do. */
export class OutputsError extends Error {
  override readonly name = 'OutputsError';
}

/** Path of one environment's outputs file. */
export function outputsPath(env: string, folder = 'outputs'): string {
  return path.join(folder, `${env}.json`);
}

/**
 * Reads `<folder>/<env>.json`.
 *
 * @throws UsageError when there is no such environment either
 * @throws OutputsError when there is no such file, or when what it holds is not an environment's outputs.
 */
export function readOutputs(env: string, folder = 'outputs'): Outputs {
  const file = outputsPath(env, folder);
  const todo = env === 'local' ? 'start the laptop pipeline: npm start, or npm run serve' : `deploy '${env}' first`;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const known = environmentNames();
    if (env !== 'local' && !known.includes(env)) throw new UsageError(noEnvironment(env, known));
    throw new OutputsError(`no ${file}, so nothing says where '${env}' runs; ${todo}`, { cause });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new OutputsError(`${file} is not JSON (${(cause as Error).message}); ${todo}`, { cause });
  }
  const parsed = outputsSchema.safeParse(json);
  if (!parsed.success) throw new OutputsError(`${file}: ${oneLine(parsed.error)}; ${todo}`);
  return parsed.data;
}

/** Writes `<folder>/<env>.json` whole or not at all, and returns its path. */
export function writeOutputs(outputs: Outputs, folder = 'outputs'): string {
  const file = outputsPath(outputs.env, folder);
  const parsed = outputsSchema.safeParse(outputs);
  if (!parsed.success) throw new OutputsError(`${file}: ${oneLine(parsed.error)}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${file}.part`, `${JSON.stringify(parsed.data, null, 2)}\n`);
  renameOverSync(`${file}.part`, file);
  return file;
}

function oneLine(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`).join('; ');
}
