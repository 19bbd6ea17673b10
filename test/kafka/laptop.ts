import { deepStrictEqual as same } from 'node:assert';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type Outputs, readOutputs } from '@pipeline/cli/outputs';
import { type ServeProcess, startServeProcess } from '../../local/runtime/serve-process';

export const ROOT = join(__dirname, '..', '..');
export const TSX = pathToFileURL(require.resolve('tsx')).href;
export const TOPIC = '0a1b2c3d4e5f.pin';
export const DEAD_LETTERS = '0a1b2c3d4e5f.dead-letters';
export const SINK_GROUP = 'connect-0a1b2c3d4e5f-connector';
const V2 = 'application/vnd.kafka.v2+json';
export const V2_RECORDS = 'application/vnd.kafka.json.v2+json';
const TOOL_LIMIT_MS = 60_000;

/** Counts of the batch layer's pins. */
interface Stage {
  readonly stored: number;
  readonly refusedBySink: number;
  readonly clean: number;
  readonly quarantined: number;
  readonly duplicates: number;
}

/** What a group has committed of one partition of the topic pin. */
export interface Committed {
  readonly offset: number;
  readonly lag: number;
}

/** A pin, and the key that it goes with. */
export const pin = (index: number) => ({
  key: String(index),
  value: { index, unique_id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`, title: 'é 📌' },
});

/** The runtime over a Kafka that it starts itself, and Apache's own tools beside it, in a folder of their own. */
export class Laptop {
  readonly root = mkdtempSync(join(tmpdir(), 'kafka-'));
  readonly data = join(this.root, 'data');
  private readonly outputsFolder = join(this.root, 'outputs');
  private server: ServeProcess | undefined;
  private written: Outputs | undefined;

  get isRunning(): boolean {
    return this.server !== undefined;
  }

  get outputs(): Outputs {
    if (!this.written) throw new Error('no runtime has come up');
    return this.written;
  }

  /** Where the REST proxy itself listens. */
  get proxyUrl(): string {
    if (!this.server) throw new Error('no runtime runs');
    return this.server.proxyUrl;
  }

  async start(): Promise<void> {
    this.server = await startServeProcess({
      ...{ env: 'dev', data: this.data, outputs: this.outputsFolder, reset: false, port: 0, auth: 'none' },
      ...{ limits: 'off', stagePath: 'sent', fsync: false, kafka: true },
    } as Parameters<typeof startServeProcess>[0]);
    this.written = readOutputs('local', this.outputsFolder);
  }

  async stop(): Promise<void> {
    await this.server?.stop();
    this.server = undefined;
  }

  /** Ends the runtime as a power button would. */
  async kill(): Promise<void> {
    const { pid, died } = this.server!;
    process.kill(pid, 'SIGKILL');
    await died.catch(() => {});
    this.server = undefined;
    // The Kafka that it had started goes with it.
    const deadline = Date.now() + 20_000;
    while (await answers(this.outputs.kafka!)) {
      if (Date.now() > deadline) throw new Error('the Kafka outlived the runtime that had started it');
      await pause(100);
    }
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }

  async post(
    topic: string,
    records: unknown[],
    base = this.outputs.apiUrl,
  ): Promise<{ partition: number; offset: number }[]> {
    const response = await fetch(`${base}topics/${topic}`, {
      method: 'POST',
      headers: { 'content-type': V2_RECORDS },
      body: JSON.stringify({ records }),
    });
    same(response.status, 200);
    const { offsets } = (await response.json()) as { offsets: { partition: number; offset: number; error: unknown }[] };
    for (const { error } of offsets) same(error, null);
    return offsets;
  }

  /** Closes the sink's files, lets the layers take them in, and counts. */
  async batchPins(): Promise<Stage> {
    const response = await fetch(new URL('flush', this.outputs.viewsUrl), { method: 'POST' });
    same(response.status, 200);
    return ((await response.json()) as { batch: { pin: Stage } }).batch.pin;
  }

  /** Lines of all files of the topic pin. */
  filedPins(): Record<string, unknown>[] {
    const folder = join(this.data, 's3', 'topics', TOPIC);
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .flatMap((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').split('\n').filter(Boolean))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** A request to the REST proxy. */
  ask(method: string, path: string, body?: unknown, accept = V2): Promise<Response> {
    return fetch(new URL(path, this.proxyUrl), {
      method,
      headers: { 'content-type': V2, accept },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Partitions that an instance of the group `readers` has. */
  async partitionsOf(name: string): Promise<number[]> {
    const response = await this.ask('GET', `/consumers/readers/instances/${name}/assignments`);
    const { partitions } = (await response.json()) as { partitions: { partition: number }[] };
    return partitions.map(({ partition }) => partition);
  }

  /** Runs one of Apache's own tools on this Kafka. */
  tool(argv: readonly string[], input?: string) {
    return this.run(
      ['local/kafka-tools.ts', argv[0]!, '--bootstrap-server', this.outputs.kafka!, ...argv.slice(1)],
      input,
    );
  }

  /** Members of a group as Kafka's own tool tells, by client id, each with how many partitions it has. */
  async membersOf(group: string): Promise<Record<string, number>> {
    const rows = await this.describedGroup(group, '--members');
    return Object.fromEntries(
      rows
        .filter((row) => row[0] === group)
        .map((row) => [row[3]!, Number(row[4])] as const)
        .sort(),
    );
  }

  /** What a group has committed of the topic pin, as Kafka's own tool tells. */
  async committedBy(group: string): Promise<Committed[]> {
    const rows = await this.describedGroup(group);
    return rows.filter((row) => row[1] === TOPIC).map((row) => ({ offset: Number(row[3]), lag: Number(row[5]) }));
  }

  /** Runs a program of ours with a limit. */
  run(argv: readonly string[], input = ''): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const child: ChildProcess = spawn(process.execPath, ['--import', TSX, ...argv], {
      cwd: ROOT,
      timeout: TOOL_LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout!.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr!.on('data', (chunk) => {
      stderr += chunk;
    });
    child.stdin!.end(input);
    return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
  }

  private async describedGroup(group: string, ...more: readonly string[]): Promise<string[][]> {
    const { stdout } = await this.tool(['consumer-groups', '--describe', '--group', group, ...more]);
    return stdout.split('\n').map((line) => line.trim().split(/\s+/));
  }
}

function answers(address: string): Promise<boolean> {
  const [host, port] = address.split(':');
  return new Promise((resolve) => {
    const socket = connect({ host: host!, port: Number(port) });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
