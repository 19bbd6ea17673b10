import { DATASETS, type Dataset, SINK_FIELDS } from '@pipeline/datasets/schema';
import { partitionFolder } from '@pipeline/datasets/sink-file';
import type { TracedRecord } from '../../local/serving/contract';
import { Api } from '../smoke/api';
import { openLake } from '../smoke/lake';
import { topicEnds } from '../smoke/topics';
import type { CloudTraceOptions, Look } from './cloud-trace';
import { holdsKey, seenRecord } from './post-record';

/** Reads the newest files of each partition, and keeps the lines of the post. */
export async function lookInLake({ outputs, key, files, say, signal }: CloudTraceOptions): Promise<Look> {
  const { topics, lake: place } = outputs;
  if (place === undefined)
    return {
      records: [],
      looked: [],
      notLooked: [{ where: 'the lake', why: `outputs/${outputs.env}.json does not say where it is; deploy again` }],
    };
  if (files === 0) return { records: [], looked: [], notLooked: [{ where: place.url, why: '--files is 0' }] };
  const lake = await openLake(outputs);
  const ends = await topicEnds(new Api(outputs), topics);
  const records: TracedRecord[] = [];
  let read = 0;
  let left = 0;
  for (const dataset of DATASETS) {
    for (const partition of ends[dataset].keys()) {
      const folder = partitionFolder(topics[dataset], partition);
      const names = (await lake.list(folder, '')).sort();
      left += Math.max(0, names.length - files);
      say(`lake: ${Math.min(files, names.length)} of ${names.length} files in ${folder} …`);
      for (const name of names.slice(-files)) {
        if (signal.aborted) break;
        const lines = (await lake.read(folder, name)).split('\n');
        lines.forEach((line, at) => {
          if (holdsKey(line, key))
            records.push(inFile({ dataset, log: topics[dataset], partition, file: folder + name, line: at + 1 }, line));
        });
        read++;
      }
    }
  }
  const notLooked =
    left > 0
      ? [{ where: `${left.toLocaleString('en-US')} older files of the lake`, why: `--files ${files} reads the newest` }]
      : [];
  if (signal.aborted) notLooked.push({ where: 'the rest of the lake', why: 'it was stopped' });
  return { records, looked: [`${place.url}: ${read.toLocaleString('en-US')} files`], notLooked };
}

interface LinePlace {
  readonly dataset: Dataset;
  readonly log: string;
  readonly partition: number;
  readonly file: string;
  readonly line: number;
}

function inFile({ dataset, log, partition, file, line }: LinePlace, text: string): TracedRecord {
  const added = (field: string): number | null => {
    const digits = new RegExp(`"${field}"\\s*:\\s*(\\d+)`).exec(text)?.[1];
    return digits === undefined ? null : Number(digits);
  };
  const offset = added(SINK_FIELDS.offset);
  return seenRecord({
    layer: 'batch',
    dataset,
    log,
    partition,
    offset,
    sequenceNumber: null,
    storedMs: added(SINK_FIELDS.timestamp),
    stored: `topic ${log}, partition ${partition}, offset ${offset ?? 'unknown'}`,
    filed: `line ${line} of ${file}`,
  });
}
