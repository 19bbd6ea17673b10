import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { portError } from '../../local/wire/port-error';
import { killGroup, type Scratch, sealedEnvironment, spawnGroup } from './processes';

const PROGRAM = join(__dirname, 'ministack', 'engine.py');
const HOST = '127.0.0.1';
/** It needs a third of a second where nothing else runs. */
const START_LIMIT_MS = 60_000;
const TRIES = 3;

/** Clients of the SDK that CDK's own functions take from Lambda's runtime. Ours carry theirs with them. */
const RUNTIME_CLIENTS = ['client-ec2', 'client-kafka', 'client-lambda', 'client-s3', 'client-sfn'];

export interface EngineOptions {
  /** Python that has MiniStack. */
  readonly python: string;
  readonly scratch: Scratch;
  readonly region: string;
  /** Port to listen on; 0 picks a free one. @default 0 */
  readonly port?: number;
  /** Most seconds that a custom resource's function may take, and that its answer is waited for after. */
  readonly patienceSeconds: number;
  /** Where EMR Serverless answers in place of AWS. @default - nowhere, and its applications cannot be made */
  readonly emrUrl?: string;
}

/** A running CloudFormation engine. */
export interface Engine {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Rejects when the engine ends by itself. */
  readonly died: Promise<never>;
  stop(): Promise<void>;
}

/**
 * Starts the engine and waits until it answers.
 *
 * @throws Error when the port is taken, or when the engine ends at once
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const wanted = options.port ?? 0;
  for (let tried = 1; ; tried++) {
    const port = await claimPort(wanted);
    try {
      return await startAt(port, options);
    } catch (error) {
      // Somebody may have taken the free port before the engine did.
      if (wanted !== 0 || tried === TRIES) throw error;
    }
  }
}

async function startAt(
  port: number,
  { python, scratch, region, patienceSeconds, emrUrl = '' }: EngineOptions,
): Promise<Engine> {
  const url = `http://${HOST}:${port}`;
  const token = randomUUID();
  const child = spawnGroup(python, ['-B', PROGRAM], {
    env: sealedEnvironment(scratch, {
      BIND_HOST: HOST,
      MINISTACK_HOST: HOST,
      GATEWAY_PORT: String(port),
      MINISTACK_REGION: region,
      AWS_ENDPOINT_URL: url,
      AWS_ENDPOINT_URL_S3: url,
      NODE_PATH: runtimeModules(scratch),
      LOG_LEVEL: 'WARNING',
      REHEARSAL_PATIENCE_SECONDS: String(patienceSeconds),
      REHEARSAL_TOKEN: token,
      REHEARSAL_EMR_URL: emrUrl,
    }),
    // It ends when its stdin does: also if this process is killed.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin!.on('error', () => {});
  const said = lastWords(child);
  const ended = new Promise<void>((resolve, reject) => child.once('error', reject).once('close', () => resolve()));
  let stopping = false;
  const died = ended.then(() => {
    if (stopping) return new Promise<never>(() => {});
    throw new Error(`the CloudFormation engine ended by itself: ${said()}`);
  });
  died.catch(() => {});
  const stop = async () => {
    stopping = true;
    killGroup(child);
    await ended;
  };
  const started = new AbortController();
  try {
    await Promise.race([untilReady(`${url}/_rehearsal/${token}`, started.signal), died]);
  } catch (error) {
    await stop();
    throw error;
  } finally {
    started.abort();
  }
  return { url, died, stop };
}

/** A free port, or the wanted one if nobody has it. */
async function claimPort(wanted: number): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(portError(wanted, 'the CloudFormation engine', error));
    });
    server.listen(wanted, HOST, () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function untilReady(address: string, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS;
  while (!signal.aborted) {
    try {
      if ((await fetch(address, { signal: AbortSignal.timeout(2000) })).status === 204) return;
    } catch {
      // Not yet.
    }
    if (Date.now() > deadline)
      throw new Error(`the CloudFormation engine did not answer within ${START_LIMIT_MS / 1000} s`);
    await sleep(50);
  }
}

/** A folder that a function can take `@aws-sdk/*` from, as from Lambda's runtime, and nothing else of ours. */
function runtimeModules({ temporary }: Scratch): string {
  const folder = join(temporary, 'lambda-runtime');
  if (existsSync(folder)) return folder;
  mkdirSync(join(folder, '@aws-sdk'), { recursive: true });
  for (const client of RUNTIME_CLIENTS) {
    const installed = dirname(require.resolve(`@aws-sdk/${client}/package.json`));
    symlinkSync(installed, join(folder, '@aws-sdk', client));
  }
  return folder;
}

function lastWords(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-2000);
    });
  }
  return () => text.trim();
}
