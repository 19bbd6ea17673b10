import { DATASETS, type Dataset } from '../../schema';
import type { Draft, Verdict } from '../draft';
import type { LatentPost, LatentPosts } from '../latent-post';
import { Random, STREAMS } from '../random';
import type { RowWriter, WireRow } from '../rows';
import { DirtyRow } from './dirty-row';
import { FEEDS, type Feed } from './feeds';
import { type Intruder, poison, withInvalidKey, withoutKey } from './intruders';
import { HARD_MODE_SWITCH_NAMES, type HardModeSwitch } from './switches';

/** A record's value and the verdict on it, without the time of sending. */
interface Judged<D extends Dataset> {
  readonly value: Draft['value'];
  readonly verdict: Verdict<D>;
}

const LONGEST_DELAY = 200;

/**
 * Adds dirt of known kinds and counts. Each switch has its own random numbers, by key and dataset, so its dirt
 * does not depend on the other switches, unless two of them want the same column.
 */
export class HardMode {
  private readonly random: Random;

  constructor(
    seed: number,
    private readonly latent: LatentPosts,
    private readonly writer: RowWriter,
    private readonly switches: ReadonlySet<HardModeSwitch>,
    private readonly note: (name: string) => void,
  ) {
    this.random = new Random(seed);
  }

  /** All records that are sent for one post. */
  draftsOf(post: LatentPost): readonly Draft[] {
    return DATASETS.flatMap((dataset) =>
      this.feed<Dataset, unknown>(FEEDS[dataset], post).map((draft) => ({ dataset, ...draft }) as Draft),
    );
  }

  private feed<D extends Dataset, F>(feed: Feed<D, F>, post: LatentPost): (Judged<D> & { readonly delay: number })[] {
    const { dataset } = feed;
    const records: Judged<D>[] = [];
    if (this.draws('orphans', 6, dataset, post)) this.note(`orphans.${dataset}`);
    else records.push(...this.versions(feed, post));
    this.addIntruders(feed, post, records);
    return this.delay(dataset, post, records);
  }

  /** The records of one row: sometimes an outdated version first, then the final row, then good or bad repeats. */
  private versions<D extends Dataset, F>(feed: Feed<D, F>, post: LatentPost): Judged<D>[] {
    const { dataset } = feed;
    const original = feed.write(this.writer, post);
    let instead: Judged<D> | undefined;
    const after: Judged<D>[] = [];
    const before: Judged<D>[] = [];

    for (const [by, spoil] of [['missingKeys', withoutKey] as const, ['invalidKeys', withInvalidKey] as const]) {
      if (!this.draws(by, 10, dataset, post)) continue;
      const spoilt = judged<D>(spoil(original, feed.keyName, this.random));
      const replaces = this.random.oneIn(1, 2) && instead === undefined;
      if (replaces) instead = spoilt;
      else after.push(spoilt);
      this.note(`${by}.${replaces ? 'instead' : 'after'}`);
    }
    const final = instead ?? this.dirty(feed, post, original);
    if (this.draws('badRepeats', 20, dataset, post)) {
      const bad = judged<D>(feed.spoil(original, this.random));
      const isFirst = this.random.oneIn(1, 4);
      (isFirst ? before : after).push(bad);
      this.note(`badRepeats.${isFirst ? 'before' : 'after'}`);
    }
    if (this.draws('updates', 20, dataset, post)) {
      before.push(this.outdated(feed, post));
      this.note('updates');
    }
    if (this.draws('duplicates', 30, dataset, post)) {
      for (let copies = 1 + this.random.below(3); copies > 0; copies--) {
        after.splice(this.random.below(after.length + 1), 0, final);
        this.note('duplicates');
      }
    }
    return [...before, final, ...after];
  }

  private dirty<D extends Dataset, F>(feed: Feed<D, F>, post: LatentPost, original: WireRow): Judged<D> {
    const row = new DirtyRow(post, { ...original }, feed.begin(post));
    for (const dirt of feed.dirt) {
      if (!this.draws(dirt.by, dirt.per1000, feed.dataset, post)) continue;
      const name = dirt.apply(row, this.random);
      if (name !== null) this.note(name);
    }
    if (row.reason !== null) return { value: row.wire, verdict: { facts: null, reason: row.reason } };
    return { value: row.wire, verdict: { facts: feed.finish(row.facts) } };
  }

  /** An outdated version of the row: another post's columns under this key. */
  private outdated<D extends Dataset, F>(feed: Feed<D, F>, post: LatentPost): Judged<D> {
    const other = (post.key + 1 + this.random.below(97)) % this.latent.posts;
    const before: LatentPost = { ...this.latent.at(other), key: post.key };
    return { value: feed.write(this.writer, before), verdict: { facts: feed.finish(feed.begin(before)) } };
  }

  private addIntruders<D extends Dataset, F>(feed: Feed<D, F>, post: LatentPost, records: Judged<D>[]): void {
    const { dataset } = feed;
    if (this.draws('poison', 10, dataset, post)) {
      const intruder = poison(feed.write(this.writer, post), feed.keyName, this.random);
      records.splice(this.random.below(records.length + 1), 0, judged<D>(intruder));
      this.note('poison');
    }
    if (this.draws('wrongTopic', 10, dataset, post)) {
      const other = FEEDS[this.random.pick(DATASETS.filter((one) => one !== dataset))];
      const intruder: Intruder = { value: other.write(this.writer, post), reason: 'foreign_record' };
      records.splice(this.random.below(records.length + 1), 0, judged<D>(intruder));
      this.note('wrongTopic');
    }
  }

  /** Holds back the last records of some keys, in their order. */
  private delay<D extends Dataset>(
    dataset: D,
    post: LatentPost,
    records: readonly Judged<D>[],
  ): (Judged<D> & { readonly delay: number })[] {
    let late = 0;
    let delay = 0;
    // After the last post there is no later one to come with.
    if (this.draws('late', 20, dataset, post) && post.key < this.latent.posts - 1) {
      late = Math.min(records.length, 1 + this.random.below(2));
      delay = 1 + this.random.below(LONGEST_DELAY);
      for (let i = 0; i < late; i++) this.note('late');
    }
    return records.map((record, i) => ({ ...record, delay: i < records.length - late ? 0 : delay }));
  }

  /** Whether a switch changes this row. If so, the next random numbers are the switch's own. */
  private draws(by: HardModeSwitch, per1000: number, dataset: Dataset, post: LatentPost): boolean {
    if (!this.switches.has(by)) return false;
    const stream = STREAMS.hardMode + HARD_MODE_SWITCH_NAMES.indexOf(by);
    return this.random.at(stream, post.key * DATASETS.length + DATASETS.indexOf(dataset)).oneIn(per1000, 1000);
  }
}

function judged<D extends Dataset>({ value, reason }: Intruder): Judged<D> {
  return { value, verdict: { facts: null, reason } };
}
