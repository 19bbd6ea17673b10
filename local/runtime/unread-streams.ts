import { DATASETS } from '@pipeline/datasets/schema';
import type { Kinesis } from '../kinesis';
import type { Log } from '../log';
import type { LocalEnvironment } from './environment';
import type { Health } from './health';
import { recordsEver } from './pipeline';

const LOOK_EVERY_MS = 2_000;

/** Notes streams that records are put into and that nobody reads: most often a name with another user id, or a typing error. */
export class UnreadStreams {
  private readonly told = new Set<string>();
  private readonly timer = setInterval(() => this.look(), LOOK_EVERY_MS).unref();

  constructor(
    private readonly environment: LocalEnvironment,
    private readonly kinesis: Pick<Kinesis, 'wasRead' | 'streamExists'>,
    private readonly log: Log,
    private readonly health: Health,
    private readonly tell: (line: string) => void,
  ) {}

  look(): void {
    const own = [...new Set(DATASETS.map((dataset) => this.environment.names.streams[dataset]))];
    for (const name of this.log.topics()) {
      if (own.includes(name) || !this.kinesis.streamExists(name)) continue;
      const id = `stream-unread:${name}`;
      const records = recordsEver(this.log, name);
      if (records === 0 || this.kinesis.wasRead(name)) this.health.clear(id);
      else {
        const what = `The stream ${name} holds records, and nobody reads it: the speed layer reads ${own.join(', ')}.`;
        if (!this.told.has(name)) this.tell(what);
        this.told.add(name);
        this.health.raise(id, {
          level: 'note',
          what,
          remedy: 'Put the records into one of those streams, or read this one with `GetRecords`.',
        });
      }
    }
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
