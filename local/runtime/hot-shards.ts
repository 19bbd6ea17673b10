import { DATASETS } from '@pipeline/datasets/schema';
import type { TopicStore } from '../topics';
import type { LocalEnvironment } from './environment';
import type { Health } from './health';
import { endsOf } from './pipeline';

const LOOK_EVERY_MS = 2_000;
/** Keys that differ do not all come into one shard of two by chance with so many records. */
const ENOUGH_RECORDS = 100;

/** Notes a stream of several shards that has all its records in one: most often a constant was sent as the partition key. */
export class HotShards {
  private readonly timer = setInterval(() => this.look(), LOOK_EVERY_MS).unref();

  constructor(
    private readonly environment: LocalEnvironment,
    private readonly log: TopicStore,
    private readonly health: Health,
    private readonly tell: (line: string) => void,
  ) {}

  look(): void {
    const { streams } = this.environment.names;
    const names = DATASETS.map((dataset) => streams[dataset]);
    // Where the datasets share a stream, the partition key is the dataset's name by design.
    for (const name of names.filter((each) => names.indexOf(each) === names.lastIndexOf(each))) {
      const id = `hot-shard:${name}`;
      const ends = this.log.topic(name) ? endsOf(this.log, name) : [];
      const records = ends.reduce((all, end) => all + end, 0);
      if (ends.length < 2 || records < ENOUGH_RECORDS || Math.max(...ends) < records) {
        this.health.clear(id);
        continue;
      }
      const what = `All ${records} records of the stream ${name} are in one of its ${ends.length} shards, so their partition key is a constant.`;
      const remedy =
        "Send what differs from record to record as `PartitionKey`, such as the post's index; in AWS one shard takes 1,000 records a second.";
      if (!this.health.list().some((trouble) => trouble.id === id)) this.tell(`${what} ${remedy}`);
      this.health.raise(id, {
        level: 'note',
        what: `The records of the stream ${name} are all in one of its ${ends.length} shards, so their partition key is a constant.`,
        remedy,
      });
    }
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
