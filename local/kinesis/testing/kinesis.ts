import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Log, openLog } from '../../log';
import { type Kinesis, type KinesisOptions, openKinesis } from '../kinesis';

/** 2023-11-14T22:13:20Z, when the reference's example shard was created. */
export const START_MS = 1_700_000_000_000;

/** An endpoint over a log of its own, under a clock that a test moves. */
export interface Given {
  readonly kinesis: Kinesis;
  readonly log: Log;
  readonly clock: { nowMs: number };
  /** Sends a body over the wire protocol. Gives the answer with its body parsed. */
  send(action: string, body: unknown): Promise<{ readonly status: number; readonly body: Json }>;
  /** Closes the log and opens it again, as a new process would. */
  restart(): Promise<Given>;
}

/** A parsed answer of the wire. */
export type Json = Readonly<Record<string, unknown>>;

const folders: string[] = [];
const open: Log[] = [];

/** The smallest endpoint: nothing in it, no throttling, streams ACTIVE at once. */
export async function given(options: Partial<KinesisOptions> = {}): Promise<Given> {
  const folder = mkdtempSync(join(tmpdir(), 'kinesis-'));
  folders.push(folder);
  return openIn(folder, { nowMs: START_MS }, options);
}

/** With the stream `pins` of two shards, as the conformance cases have it. */
export async function givenPins(options: Partial<KinesisOptions> = {}): Promise<Given> {
  const made = await given(options);
  await made.kinesis.call('CreateStream', { StreamName: 'pins', ShardCount: 2 });
  return made;
}

/** Closes and removes what the tests of a file have opened. */
export async function cleanUp(): Promise<void> {
  for (const log of open.splice(0)) await log.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
}

async function openIn(folder: string, clock: { nowMs: number }, options: Partial<KinesisOptions>): Promise<Given> {
  const now = () => clock.nowMs;
  const log = await openLog(folder, { now });
  open.push(log);
  const kinesis = openKinesis({ log, limits: 'off', now, onError: fail, ...options });
  return {
    kinesis,
    log,
    clock,
    async send(action, body) {
      const response = await kinesis.handle({
        method: 'POST',
        path: '/',
        query: '',
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `Kinesis_20131202.${action}` },
        body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
      });
      const text = response.body.toString();
      return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Json };
    },
    async restart() {
      open.splice(open.indexOf(log), 1);
      await log.close();
      return openIn(folder, clock, options);
    },
  };
}

function fail(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
