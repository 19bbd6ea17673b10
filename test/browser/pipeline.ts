import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LAYERS, type Layer } from '@pipeline/datasets/schema';
import { type SourceOptions, syntheticPosts } from '@pipeline/datasets/synthetic';
import { type Outputs, readOutputs, replay } from '@pipeline/emulator';
import { DataFolder } from '../../local/runtime/data-folder';
import { type ServeProcess, startServeProcess } from '../../local/runtime/serve-process';

/** A pipeline of the tests' own, in a process that can be killed. */
export class Pipeline {
  private server: ServeProcess | undefined;

  private constructor(
    readonly folder: string,
    /** Known once it runs: what is started again must be found where it was. */
    private port: number,
    private readonly auth: 'none' | 'iam',
  ) {}

  static async start({ auth = 'none' as 'none' | 'iam' } = {}): Promise<Pipeline> {
    const pipeline = new Pipeline(mkdtempSync(join(tmpdir(), 'console-')), 0, auth);
    await pipeline.startAgain();
    return pipeline;
  }

  async startAgain(): Promise<void> {
    this.server = await startServeProcess({
      env: 'dev',
      data: join(this.folder, 'data'),
      outputs: this.folder,
      reset: false,
      port: this.port,
      auth: this.auth,
      limits: 'off',
      stagePath: 'sent',
      fsync: false,
    });
    this.port = Number(new URL(this.url).port);
  }

  /** Address of the console, with its slash. */
  get url(): string {
    return this.server!.viewsUrl;
  }

  get outputs(): Outputs {
    return readOutputs('local', this.folder);
  }

  /** Replays the source into both layers and waits until every stage has read to the end. */
  async replay(source: SourceOptions): Promise<void> {
    DataFolder.open(join(this.folder, 'data'), { env: 'dev', userId: this.outputs.userId }).noteReplay(
      { seed: source.seed, posts: source.posts, hardMode: source.hardMode === true },
      true,
    );
    await replay({
      source: syntheticPosts(source),
      sourceName: JSON.stringify(source),
      target: this.outputs,
      layers: LAYERS,
      checkpoint: join(this.folder, 'checkpoint.json'),
      deadLetters: join(this.folder, 'dead-letters.ndjson'),
    });
    await this.post('flush');
  }

  /** Sends one record of a dataset into a layer, as a client does; `value` is JSON text. */
  async send(layer: Layer, dataset: 'pin' | 'geo' | 'user', key: string, value: string): Promise<void> {
    const { apiUrl, topics, streams } = this.outputs;
    const isBatch = layer === 'batch';
    const response = await fetch(
      isBatch ? `${apiUrl}topics/${topics[dataset]}` : `${apiUrl}streams/${streams[dataset]}/record`,
      {
        method: isBatch ? 'POST' : 'PUT',
        headers: { 'content-type': isBatch ? 'application/vnd.kafka.json.v2+json' : 'application/json' },
        body: isBatch
          ? `{"records":[{"key":${JSON.stringify(key)},"value":${value}}]}`
          : `{"StreamName":"${streams[dataset]}","PartitionKey":${JSON.stringify(key)},"Data":${value}}`,
      },
    );
    if (!response.ok) throw new Error(`${layer} answered ${response.status}: ${await response.text()}`);
  }

  async get<T>(path: string): Promise<T> {
    return (await fetch(new URL(path, this.url))).json() as Promise<T>;
  }

  async post(path: string): Promise<void> {
    const response = await fetch(new URL(path, this.url), { method: 'POST' });
    if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${await response.text()}`);
  }

  /** Ends the runtime as a power cut would. */
  async kill(): Promise<void> {
    const server = this.server!;
    const ended = server.died.catch(() => {});
    process.kill(server.pid, 'SIGKILL');
    await ended;
    this.server = undefined;
  }

  async stop(): Promise<void> {
    await this.server?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
