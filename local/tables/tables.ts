import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { DATASETS, type Dataset, LAYERS, type Layer } from '@pipeline/datasets/schema';
import { viewFile, viewNamed, views } from '@pipeline/datasets/sql';
import { holderIn } from '../lock';
import { Checkpoints } from './checkpoints';
import { type Again, cleanAnew } from './clean-anew';
import { createStatements } from './ddl';
import { LayerTables } from './layer-tables';
import { type ViewResult, viewResult } from './result';
import { rulesDigest, type SharedFunction, sharedFunctions } from './rules-digest';
import { ServedCount } from './served-count';
import { type AskedWithout, ServingMoment } from './serving-moment';
import { Session } from './session';
import { SqlFault, withFiles } from './sql-fault';
import { recordsIn } from './tally';
import { Turns } from './turns';

const MIB = 1024 * 1024;

export interface TablesOptions {
  /** Most memory DuckDB takes before it writes to disk, in MB. @default 1024 */
  readonly memoryLimitMB?: number;
  /** Threads DuckDB computes with. @default 2 */
  readonly threads?: number;
  /** Bytes of the log of changes from which on it is written into the file. @default 256 MiB */
  readonly checkpointBytes?: number;
}

/**
 * Questions that go through whole tables at a time. Each keeps one of the four threads that Node has for work like this busy, and whoever
 * looks one record up, or reads a file, needs one, too.
 */
const QUESTIONS_AT_A_TIME = 2;

/** The clean tables of the batch and the speed layer, and the answers from either or both, in one DuckDB file. */
export class Tables {
  private readonly answers = new Map<string, { readonly version: string; readonly result: Promise<ViewResult> }>();
  private readonly turns = new Turns(QUESTIONS_AT_A_TIME);
  /** Version of the layers at which a question was last put to the serving layer. */
  private servedVersion: string | undefined;
  private readonly moment: ServingMoment;
  private readonly servedCount: ServedCount;

  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly layers: Readonly<Record<Layer, LayerTables>>,
    private readonly both: Session,
    private readonly momentSession: Session,
    private readonly countSession: Session,
    private readonly checkpoints: Checkpoints,
    /** Another one whenever rows were replaced. */
    private id: string,
  ) {
    this.moment = new ServingMoment(momentSession);
    this.servedCount = new ServedCount(countSession, (dataset) =>
      LAYERS.map((layer) => recordsIn(this.layers[layer].tally()[dataset])).join(),
    );
  }

  /**
   * Opens the tables in `file`, made where there is none; `:memory:` keeps nothing.
   *
   * @throws Error when the file is in use by another process, is no DuckDB file, or holds tables of another make.
   */
  static async open(file: string, options: TablesOptions = {}): Promise<Tables> {
    const { memoryLimitMB = 1024, threads = 2, checkpointBytes = 256 * MIB } = options;
    let instance: DuckDBInstance | undefined;
    try {
      instance = await DuckDBInstance.create(file, {
        memory_limit: `${memoryLimitMB}MB`,
        threads: String(threads),
        temp_directory: file === ':memory:' ? join(tmpdir(), `tables-${process.pid}.tmp`) : `${file}.tmp`,
        // A query that needs an order says so.
        preserve_insertion_order: 'false',
        // At the default of 16 MB, a long run of small batches compresses its newest rows again and again.
        checkpoint_threshold: `${checkpointBytes}B`,
      });
      const setup = await instance.connect();
      await setup.run(createStatements().join(';\n'));
      const made = await setup.runAndReadAll('select o.id from made.once as o');
      setup.closeSync();
      const checkpoints = new Checkpoints(await instance.connect(), file, checkpointBytes);
      const batch = await LayerTables.open(instance, 'batch', checkpoints);
      const speed = await LayerTables.open(instance, 'speed', checkpoints);
      const sessions: Session[] = [];
      for (let nth = 0; nth < 3; nth += 1) sessions.push(await Session.open(instance, 'serving'));
      const [both, ofMoment, ofCount] = sessions as [Session, Session, Session];
      const id = String(made.value(0, 0));
      return new Tables(instance, { batch, speed }, both, ofMoment, ofCount, checkpoints, id);
    } catch (cause) {
      instance?.closeSync();
      throw openingFailed(file, cause as Error);
    }
  }

  layer(layer: Layer): LayerTables {
    return this.layers[layer];
  }

  /** The answer to one question, from one layer or, for `serving`, from both. Kept until rows, or the question, change. */
  async view(layer: Layer | 'serving', name: string): Promise<ViewResult> {
    const { sql } = viewNamed(name);
    const key = `${layer}/${name}`;
    // The text is part of the version: an edited question is asked anew.
    const version = `${layer === 'serving' ? this.version : this.layers[layer].version},${sql}`;
    const known = this.answers.get(key);
    if (known?.version === version) return known.result;
    const result = withFiles(sql, [{ file: viewFile(name), text: sql }], () =>
      this.turns.take(() => (layer === 'serving' ? this.served(sql) : this.layers[layer].answer(sql))),
    );
    this.answers.set(key, { version, result });
    result.catch(() => this.answers.delete(key));
    return result;
  }

  /** Names what a layer holds, also to a later process: records are only ever added, so their number tells. */
  held(layer: Layer): string {
    const { newestMs } = this.layers[layer];
    const records = Object.values(this.layers[layer].tally()).map(recordsIn);
    return [this.id, ...records, newestMs ?? ''].join('/');
  }

  /** A connection of its own, for long work that must not hold up answers. Whoever asks for it closes it. */
  connect(): Promise<Session> {
    return Session.open(this.instance, 'serving');
  }

  /**
   * The serving layer's answers as they are, and as they would be without one key: all from one moment. Of a question that tells its groups
   * both are the rows of the key's groups alone, where the answer is known; no other rows change.
   *
   * @param known the answers of now that somebody has, so that they are not computed again. @default none
   */
  async without(
    ind: bigint,
    questions: readonly AskedWithout[],
    known: (sql: string) => ViewResult | undefined = () => undefined,
  ): Promise<{ readonly whole: readonly ViewResult[]; readonly left: readonly ViewResult[] }> {
    return this.turns.take(async () => {
      const { version } = this;
      // What is known of now is of the moment, too, as long as nothing has come.
      const ofMoment = (sql: string) => (this.version === version ? known(sql) : undefined);
      if (questions.every(({ sql }) => ServingMoment.canAnswer(sql)))
        return this.moment.without(version, questions, ind, ofMoment);
      const session = await this.connect();
      try {
        return await this.withoutIn(session, ind, questions);
      } finally {
        await session.close();
      }
    });
  }

  /** Datasets of each layer with records that other rules than those of now have cleaned. */
  outdated(functions: readonly SharedFunction[] = sharedFunctions()): Record<Layer, Dataset[]> {
    const of = (layer: Layer) => {
      const tables = this.layers[layer];
      const tally = tables.tally();
      return DATASETS.filter(
        (dataset) =>
          recordsIn(tally[dataset]) > 0 && tables.rulesOf(dataset)?.rules !== rulesDigest(dataset, functions),
      );
    };
    return { batch: of('batch'), speed: of('speed') };
  }

  /**
   * Cleans anew what other rules than those of now have cleaned, beside the rows that are there, which answer until the new ones take
   * their place, all in one transaction. Records that `again` does not give, because the raw ones are gone, stay as they are. Nobody may
   * take records in meanwhile.
   *
   * @param again gives all raw records of some datasets of a layer once more
   * @returns how many records stay as older rules have cleaned them
   * @throws SqlFault when the rules are at fault: everything is as it was
   */
  async cleanAnew(again: Again): Promise<number> {
    const functions = sharedFunctions();
    const areNew = JSON.stringify(functions) !== JSON.stringify(this.both.functions);
    const outdated = this.outdated(functions);
    if (areNew || LAYERS.some((layer) => outdated[layer].length > 0)) {
      this.id = await cleanAnew({ instance: this.instance, layers: this.layers, functions, outdated }, again);
    }
    if (areNew) {
      for (const layer of LAYERS) await this.layers[layer].replaceFunctions(functions);
      for (const session of [this.both, this.momentSession, this.countSession])
        await session.replaceFunctions(functions);
    }
    return LAYERS.flatMap((layer) =>
      DATASETS.map((dataset) => this.layers[layer].rulesOf(dataset)?.outlived ?? 0),
    ).reduce((sum, records) => sum + records, 0);
  }

  /** Rows that the serving layer shows of each dataset. */
  countServed(): Promise<Record<Dataset, number>> {
    return this.servedCount.count(LAYERS.reduce((times, layer) => times + this.layers[layer].renewed, 0));
  }

  /** Waits for what is being taken in, then closes the file. */
  async close(): Promise<void> {
    for (const layer of LAYERS) await this.layers[layer].close();
    await this.both.close();
    await this.momentSession.close();
    await this.countSession.close();
    await this.checkpoints.close();
    this.instance.closeSync();
  }

  private get version(): string {
    return LAYERS.map((layer) => this.layers[layer].version).join();
  }

  /** One question for itself is answered at once; for the second over the same rows, these are copied first. */
  private async served(sql: string): Promise<ViewResult> {
    const { version } = this;
    const isFirst = this.servedVersion !== version;
    this.servedVersion = version;
    if (isFirst || !ServingMoment.canAnswer(sql)) return viewResult(await this.both.read(sql));
    const questions = new Set([...views().map((view) => view.sql), sql]);
    return this.moment.answer(version, [...questions].filter(ServingMoment.canAnswer), sql);
  }

  private async withoutIn(session: Session, ind: bigint, questions: readonly AskedWithout[]) {
    const answers = async () => {
      const results: ViewResult[] = [];
      for (const { sql } of questions) results.push(viewResult(await session.read(sql)));
      return results;
    };
    await session.connection.run('begin transaction');
    const whole = await answers();
    for (const dataset of DATASETS)
      await session.connection.run(
        `create temp view ${dataset} as select * from serving.${dataset} as r where r.ind is distinct from ${ind}`,
      );
    const left = await answers();
    await session.connection.run('rollback');
    return { whole, left };
  }
}

function openingFailed(file: string, cause: Error): Error {
  if (cause instanceof SqlFault) return cause;
  return holderIn(cause.message)
    ? new Error(`${file}: another process has the tables open; stop it first`, { cause })
    : new Error(`${file}: cannot open the tables: ${cause.message}; remove the file to compute them anew`, { cause });
}
