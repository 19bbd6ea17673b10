import { DATASETS } from '@pipeline/datasets/schema';
import type { ReplayReport } from '../show/report';
import { type Checkpoint, CheckpointFile, readCheckpoint } from './checkpoint';
import { type DeadLetter, DeadLetterFile } from './dead-letters';
import type { Item, LaneBooks } from './lane';
import { Ledger, type OpenPost, ROUTES } from './ledger';
import { Meter } from './meter';
import type { ReplayOptions, ReplayProgress, ResumePoint } from './replay-options';
import type { Clock } from './retry';
import type { Route } from './route';

/** What the books tell the replay that keeps them. */
interface BooksOwner {
  readonly clock: Clock;
  /** Called when posts were settled. */
  settled(): void;
  /** Called when a record or the account can no longer be kept. */
  fail(reason: string): void;
}

/** The account of one replay: what became of every record, how far the source is settled, and the files that remember both. */
export class Books implements LaneBooks {
  private readonly before: Checkpoint | undefined;
  private readonly ledger: Ledger;
  private readonly meter = new Meter();
  private readonly deadLetterFile: DeadLetterFile | undefined;
  private readonly checkpointFile: CheckpointFile | undefined;
  private readonly proven = new Array<boolean>(ROUTES).fill(false);
  private readonly startedMs: number;
  private checkpointDue = false;
  private isClosed = false;

  /** Opens the files of `options` and reads the checkpoint. Throws when the checkpoint is of another source, or cannot be read. */
  constructor(
    private readonly options: ReplayOptions,
    private readonly owner: BooksOwner,
  ) {
    const { checkpoint, deadLetters } = options;
    this.before = checkpoint === undefined ? undefined : readCheckpoint(checkpoint, sourceNameOf(options));
    if (deadLetters !== undefined) this.deadLetterFile = new DeadLetterFile(deadLetters, this.before?.deadLetterBytes);
    this.ledger = new Ledger(this.before, (letters) => this.deadLetterFile?.append(letters));
    this.startedMs = owner.clock.now();
    if (checkpoint !== undefined) this.checkpointFile = new CheckpointFile(checkpoint, this.checkpoint(false));
  }

  /** True when an earlier run settled the whole source. */
  get isComplete(): boolean {
    return this.before?.complete === true;
  }

  /** Posts that were read and are not yet settled. */
  get pending(): number {
    return this.ledger.pending;
  }

  /** How far the source is settled. */
  get settled(): ResumePoint {
    return { posts: this.ledger.posts, lastKey: this.ledger.lastKey };
  }

  /** Opens the account of a post. Its records are then added one by one, before anything settles. */
  open(key: number): OpenPost {
    const post: OpenPost = {
      key,
      remaining: 0,
      read: new Array<number>(ROUTES).fill(0),
      dead: undefined,
      retried: undefined,
    };
    this.ledger.enter(post);
    return post;
  }

  /** Counts a record of `post` that is to go along `route`. */
  add(post: OpenPost, route: Route): void {
    post.remaining++;
    post.read[route.index]!++;
  }

  isUnproven(route: Route): boolean {
    return !this.proven[route.index];
  }

  delivered(route: Route, items: readonly Item[], startedMs: number): void {
    this.proven[route.index] = true;
    this.meter.add('delivered', items.length);
    const now = this.owner.clock.now();
    if (items[0]!.dueMs === 0) this.meter.addLatency(now - startedMs, items.length);
    for (const item of items) {
      item.post.remaining--;
      if (item.dueMs > 0) this.meter.addLatency(now - item.dueMs, 1);
    }
    this.settle();
  }

  retrying(route: Route, items: readonly Item[], reason: string): void {
    this.meter.addRetried(items.length, reason);
    for (const { post } of items) {
      post.retried ??= new Array<number>(ROUTES).fill(0);
      post.retried[route.index]!++;
    }
  }

  deadLettered(route: Route, items: readonly Item[], reason: string, attempts: number): void {
    if (this.deadLetterFile === undefined) {
      const record = `${route.dataset} ${items[0]!.key}`;
      this.owner.fail(`no dead-letter file to keep ${record}, which cannot be delivered: ${reason}`);
      return;
    }
    this.meter.add('deadLettered', items.length);
    const at = new Date(this.owner.clock.now()).toISOString();
    for (const { post, key, valueJson } of items) {
      post.remaining--;
      const letter: DeadLetter = { layer: route.layer, dataset: route.dataset, key, valueJson, reason, attempts, at };
      post.dead ??= [];
      post.dead.push(letter);
    }
    this.settle();
  }

  /** Moves the settled posts at the front into the totals, and soon afterwards into the checkpoint. */
  settle(): void {
    if (!this.ledger.fold()) return;
    this.owner.settled();
    if (this.checkpointFile === undefined || this.checkpointDue) return;
    this.checkpointDue = true;
    setImmediate(() => {
      if (!this.checkpointDue || this.isClosed) return;
      try {
        this.save(false);
      } catch (error) {
        this.owner.fail((error as Error).message);
      }
    });
  }

  /** Writes the checkpoint now. */
  save(complete: boolean): void {
    this.checkpointDue = false;
    this.checkpointFile?.write(this.checkpoint(complete));
  }

  /** What this run has done so far. */
  progress(): ReplayProgress {
    const seconds = (this.owner.clock.now() - this.startedMs) / 1000;
    return { ...this.meter.read(), posts: this.ledger.posts, seconds };
  }

  report(complete: boolean): ReplayReport {
    return {
      layers: this.ledger.counts(),
      posts: this.ledger.posts,
      seconds: this.seconds(),
      complete,
      deliveredNow: this.meter.read().delivered,
      latencyMs: this.meter.latency.summary(),
    };
  }

  close(): void {
    this.isClosed = true;
    this.deadLetterFile?.close();
    this.checkpointFile?.close();
  }

  private checkpoint(complete: boolean): Checkpoint {
    return {
      version: 1,
      source: sourceNameOf(this.options),
      posts: this.ledger.posts,
      lastKey: this.ledger.lastKey,
      seconds: this.seconds(),
      complete,
      deadLetterBytes: this.deadLetterFile?.bytes ?? 0,
      counts: this.ledger.totals,
    };
  }

  /** Seconds that this run and the ones before it took, until the source was settled whole. */
  private seconds(): number {
    const thisRun = this.isComplete ? 0 : (this.owner.clock.now() - this.startedMs) / 1000;
    return (this.before?.seconds ?? 0) + thisRun;
  }
}

/** What of a replay its checkpoint belongs to. */
type NamedReplay = Pick<ReplayOptions, 'sourceName' | 'layers' | 'datasets'>;

/** The source, and where it goes. */
export function sourceNameOf({ sourceName = '', layers, datasets = DATASETS }: NamedReplay): string {
  return `${sourceName} [${[...layers].sort()} of ${[...datasets].sort()}]`;
}
