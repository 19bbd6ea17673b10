import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import type { Listening } from '../../wire/listener';
import { listenS3, S3 } from '..';

export const BUCKET = 'user-ada-bucket';
/** 2023-11-14T22:13:20Z */
export const START_MS = 1_700_000_000_000;

/** An endpoint over folders of its own, and AWS's client for it. */
export interface Endpoint {
  readonly s3: S3;
  readonly port: number;
  readonly url: string;
  readonly client: S3Client;
  /** Folder in place of the sink's bucket. */
  readonly sinkFolder: string;
  readonly ownFolder: string;
  readonly clock: { nowMs: number };
  /** Failures and unknown buckets that the endpoint has reported. */
  readonly told: string[];
  /** Puts a file there as the sink does. */
  file(key: string, text: string | Buffer): void;
  /** Closes it and opens it again over the same folders, as a new process would. */
  restart(): Promise<Endpoint>;
}

const folders: string[] = [];
const closers: (() => Promise<void> | void)[] = [];

export async function givenEndpoint(files: Readonly<Record<string, string | Buffer>> = {}): Promise<Endpoint> {
  const folder = mkdtempSync(join(tmpdir(), 's3-'));
  folders.push(folder);
  mkdirSync(join(folder, 'sink', '.uploads'), { recursive: true });
  const endpoint = await openIn(folder, { nowMs: START_MS });
  for (const [key, text] of Object.entries(files)) endpoint.file(key, text);
  return endpoint;
}

export async function cleanUp(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
}

async function openIn(folder: string, clock: { nowMs: number }): Promise<Endpoint> {
  const [sinkFolder, ownFolder] = [join(folder, 'sink'), join(folder, 'own')];
  const told: string[] = [];
  const s3 = await S3.open({
    name: BUCKET,
    sinkFolder,
    ownFolder,
    ownPrefix: 'ada/',
    now: () => clock.nowMs,
    onError: (error) => told.push(error.message),
    onOtherBucket: (name) => told.push(name),
  });
  const listening: Listening = await listenS3(s3, { port: 0 });
  const url = `http://127.0.0.1:${listening.port}`;
  const client = new S3Client({
    endpoint: url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 1,
  });
  const close = async () => {
    client.destroy();
    await listening.close();
  };
  closers.push(close);
  return {
    s3,
    port: listening.port,
    url,
    client,
    sinkFolder,
    ownFolder,
    clock,
    told,
    file(key, text) {
      const path = join(sinkFolder, key);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      utimesSync(path, START_MS / 1000, START_MS / 1000);
    },
    async restart() {
      closers.splice(closers.indexOf(close), 1);
      await close();
      return openIn(folder, clock);
    },
  };
}
