import { views } from '@pipeline/datasets/sql';
import type { Judgement, KnownSource } from '../serving/contract';
import { VIEW_LAYERS } from '../serving/view-layers';
import type { ViewResult } from '../tables';
import { DataFolder } from './data-folder';
import { Disk } from './disk';
import type { LocalEnvironment } from './environment';
import { Health } from './health';
import { openStores, type Stores } from './stores';

/** The answers over a data folder that nobody serves, computed in this process: no port is opened. */
export class AnswersHere {
  private constructor(
    readonly folder: DataFolder,
    private readonly stores: Stores,
    private readonly disk: Disk,
    private readonly closers: (() => Promise<unknown> | unknown)[],
  ) {}

  /** @throws FolderInUseError when somebody serves it; DataFolderError */
  static async open(path: string, environment: LocalEnvironment, tell: (line: string) => void): Promise<AnswersHere> {
    const { folder, release } = await DataFolder.hold(path, environment);
    const closers: (() => Promise<unknown> | unknown)[] = [release];
    try {
      folder.noteTopics(undefined);
      const health = new Health();
      const disk = new Disk(folder.path, health);
      closers.push(() => disk.stop());
      const options = { environment, folder, limits: 'off', fsync: false, tell } as const;
      const stores = await openStores(options, { health, disk }, closers);
      stores.sink.start();
      await stores.speed.start();
      return new AnswersHere(folder, stores, disk, closers);
    } catch (error) {
      await closeAll(closers);
      throw error;
    }
  }

  /** Takes in what waits, and cleans anew what other rules than those of now have cleaned. @see rebuild */
  async rebuild(): Promise<{ readonly outlived: number }> {
    try {
      return { outlived: await this.stores.rebuild() };
    } catch (error) {
      throw this.disk.told(error);
    }
  }

  /** Every answer of every layer, by `<layer>.<view>`. */
  async answers(): Promise<Readonly<Record<string, ViewResult>>> {
    const asked = views().flatMap(({ name }) => VIEW_LAYERS.map((layer) => ({ layer, name })));
    const answered = await Promise.allSettled(asked.map(({ layer, name }) => this.stores.tables.view(layer, name)));
    const answers: Record<string, ViewResult> = {};
    for (const [at, { layer, name }] of asked.entries()) {
      const result = answered[at]!;
      if (result.status === 'rejected') throw result.reason;
      answers[`${layer}.${name}`] = result.value;
    }
    return answers;
  }

  /** The answers judged by what arrived of a source. */
  async judgement(source: KnownSource): Promise<Judgement> {
    const { judge } = require('../judgement') as typeof import('../judgement');
    return judge(this.stores.tables, source);
  }

  close(): Promise<void> {
    return closeAll(this.closers);
  }
}

async function closeAll(closers: (() => Promise<unknown> | unknown)[]): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}
