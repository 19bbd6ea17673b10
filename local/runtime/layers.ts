import { grouped } from '@pipeline/cli/table';
import { DATASETS, LAYERS } from '@pipeline/datasets/schema';
import { UNASSIGNED_TO } from '@pipeline/datasets/stream-keys';
import { BatchLayer } from '../batch';
import type { Kinesis } from '../kinesis';
import type { Log } from '../log';
import { type Shard, SpeedLayer } from '../speed';
import type { Tables } from '../tables';
import type { Disk } from './disk';
import type { LocalEnvironment } from './environment';
import type { Health } from './health';
import type { StoresOptions } from './stores';

/** Where a layer says what is wrong. */
export interface Notices {
  readonly health: Health;
  readonly disk: Disk;
}

/** `topics.dir` of the sink: the folder of its files in the bucket. */
export function topicsDirOf({ connector }: LocalEnvironment): string {
  return connector['topics.dir'] ?? 'topics';
}

export function batchLayer(
  tables: Tables,
  { folder, environment, tell }: StoresOptions,
  { health, disk }: Notices,
): BatchLayer {
  return new BatchLayer({
    tables: tables.layer('batch'),
    bucket: folder.bucket,
    topicsDir: topicsDirOf(environment),
    topics: environment.names.topics,
    onError: (error) => {
      disk.met(error);
      tell(`batch layer: ${error.message}`);
      health.raise('batch-stopped', {
        what: `Closed files could not be taken in: ${firstLine(error)}.`,
        remedy: 'Mend the cause; it tries again by itself, and a `POST` to `/flush` tries at once.',
      });
    },
    onTaken: () => health.clear('batch-stopped'),
  });
}

export function speedLayer(
  tables: Tables,
  kinesis: Kinesis,
  log: Log,
  { environment, tell }: StoresOptions,
  { health, disk }: Notices,
): SpeedLayer {
  const shardsOf = (stream: string): Shard[] => {
    const topic = log.topic(stream);
    if (!topic) return [];
    const idOf = (index: number) => `${stream}@${topic.createdMs}/${index}`;
    return kinesis.shardsOf(stream).map(({ index, parents }) => ({
      id: idOf(index),
      parents: parents.map(idOf),
      read: (fromOffset, limits) => kinesis.readRecords(stream, index, fromOffset, limits),
      end: () => log.endOffset(stream, index),
    }));
  };
  let hasTold = false;
  const note = () => {
    const count = tables.layer('speed').tally()[UNASSIGNED_TO].quarantinedByReason.unknown_dataset ?? 0;
    if (count === 0) return;
    health.raise('stream-keys', {
      level: 'note',
      what: `${grouped(count)} records of the stream ${environment.names.streams[UNASSIGNED_TO]} are in quarantine, because their partition key names no dataset.`,
      remedy: `Send each record under a key that ends in its dataset, such as ${environment.names.topics[UNASSIGNED_TO]}.`,
    });
  };
  note();
  return new SpeedLayer({
    tables: tables.layer('speed'),
    streams: environment.names.streams,
    shardsOf,
    onUnassigned: (key) => {
      const example = JSON.stringify(key).slice(0, 80);
      if (!hasTold)
        tell(`speed layer: the partition key ${example} names no dataset; what comes under it goes to quarantine`);
      hasTold = true;
      note();
    },
    onAppend: (listener) => log.onAppend(listener),
    onError: (error) => {
      disk.met(error);
      tell(`speed layer: ${error.message}`);
      health.raise('speed-stopped', {
        what: `Records of the streams could not be taken in: ${firstLine(error)}.`,
        remedy: 'Mend the cause; it tries again by itself, and a `POST` to `/flush` tries at once.',
      });
    },
    onTaken: () => health.clear('speed-stopped'),
  });
}

/** Says when the tables hold what other cleaning rules than those of now have made. */
export function noteRules(tables: Tables, health: Health, tell: (line: string) => void): void {
  const outdated = tables.outdated();
  const datasets = DATASETS.filter((dataset) => LAYERS.some((layer) => outdated[layer].includes(dataset)));
  if (datasets.length === 0) {
    health.clear('rules-changed');
    return;
  }
  const names = datasets.join(', ');
  tell(`the cleaning rules have changed since the tables of ${names} were made: npm run answers cleans them anew`);
  health.raise('rules-changed', {
    level: 'note',
    what: `The cleaning rules have changed since the tables of ${names} were made, so older records are cleaned as they were before.`,
    remedy: '`npm run answers` cleans them anew.',
  });
}

/** What is wrong, without the line of SQL and the caret that a terminal shows below it. */
function firstLine({ message }: Error): string {
  return message.split('\n', 1)[0]!;
}
