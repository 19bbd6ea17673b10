import { DATASETS, type Dataset } from '@pipeline/datasets/schema';
import type { AllStageCounts, StageCounts } from '../../local/report/stage-counts';
import { ViewsClient } from '../../local/report/views-client';
import type { Laptop } from './laptop';
import { isJunk, type Load } from './load';
import type { SinkFiles } from './sink-files';
import type { StoredRecords } from './stored';

/** What is known of a laptop from before: records read already, files read already. */
export interface Known {
  readonly stored: StoredRecords;
  readonly files: SinkFiles;
  /** How many of the acknowledged records have been found in their places. */
  found: number;
}

/**
 * Every acknowledged record is in its place in the log; what is in the log was sent, once; and each record of the log is once in the
 * sink's files or among the refused, once in the clean tables or in quarantine, and in the views.
 */
export async function expectNothingLost(laptop: Laptop, load: Load, known: Known): Promise<void> {
  const { stored, files } = known;
  const { outputs, server } = laptop;
  await stored.readOn(outputs, server.proxyUrl);
  expectPlaces(load, stored, known.found);
  known.found = load.acknowledged.length;

  const client = new ViewsClient(server.viewsUrl);
  expect(await client.flush()).toEqual(countsOf(stored, outputs));
  for (const dataset of DATASETS) {
    const inLog = stored
      .of(outputs.topics[dataset])
      .flatMap(({ partition, records }) =>
        records
          .map(({ key }, offset) => ({ partition: Number(partition), offset, key }))
          .filter(({ key }) => !isJunk(key)),
      );
    expectSame(`lines in the files of ${outputs.topics[dataset]}`, files.linesOf(outputs.topics[dataset]), inLog);
  }
  await expectViews(client, stored, outputs);
}

type Outputs = Laptop['outputs'];

function expectPlaces(load: Load, stored: StoredRecords, found: number): void {
  const places = new Map<string, string>();
  for (const { topic, partition, records } of stored.partitions) {
    const keys = new Set<string>();
    let before = -1n;
    for (const { position, key } of records) {
      if (!load.wasSent({ topic, key })) throw new Error(`${topic} holds key ${key}, which nobody sent`);
      if (keys.has(key)) throw new Error(`${topic} holds key ${key} twice`);
      if (BigInt(position) <= before) throw new Error(`${topic} ${partition}: ${position} comes after ${before}`);
      keys.add(key);
      before = BigInt(position);
      places.set(`${topic} ${partition} ${position}`, key);
    }
  }
  const lost = load.acknowledged
    .slice(found)
    .filter(({ topic, partition, position, key }) => places.get(`${topic} ${partition} ${position}`) !== key);
  expect(lost.slice(0, 5)).toEqual([]);
}

/** As the counts have to be, each record having been stored once. */
function countsOf(stored: StoredRecords, outputs: Outputs): AllStageCounts {
  const inTopic = (topic: string, layer: 'batch' | 'speed'): StageCounts => {
    const keys = stored.keysOf(topic);
    const junk = keys.filter(isJunk).length;
    const quarantined = layer === 'speed' ? junk : 0;
    return {
      stored: keys.length,
      refusedBySink: layer === 'batch' ? junk : 0,
      clean: keys.length - junk,
      quarantined,
      duplicates: 0,
      quarantinedByReason: quarantined === 0 ? {} : { not_json_object: quarantined },
    };
  };
  const of = (topics: Readonly<Record<Dataset, string>>, layer: 'batch' | 'speed') =>
    Object.fromEntries(DATASETS.map((dataset) => [dataset, inTopic(topics[dataset], layer)]));
  return { batch: of(outputs.topics, 'batch'), speed: of(outputs.streams, 'speed') } as AllStageCounts;
}

/** The number of posts in the views is that of the keys that all three datasets have. */
async function expectViews(client: ViewsClient, stored: StoredRecords, outputs: Outputs): Promise<void> {
  const keys = (topic: string) => stored.keysOf(topic).filter((key) => !isJunk(key));
  const posts = (keysOf: (dataset: Dataset) => string[]) => {
    const [pin, geo, user] = DATASETS.map((dataset) => new Set(keysOf(dataset)));
    return [...pin!].filter((key) => geo!.has(key) && user!.has(key)).length;
  };
  const inViews = async (layer: 'batch' | 'speed' | 'serving') => {
    const { rows } = await client.view(layer, 'posts_by_join_year');
    return rows.reduce((sum, [, amount]) => sum + Number(amount), 0);
  };
  expect({ batch: await inViews('batch'), speed: await inViews('speed'), serving: await inViews('serving') }).toEqual({
    batch: posts((dataset) => keys(outputs.topics[dataset])),
    speed: posts((dataset) => keys(outputs.streams[dataset])),
    serving: posts((dataset) => [...keys(outputs.topics[dataset]), ...keys(outputs.streams[dataset])]),
  });
}

/** As toEqual, but says only where long lists differ first. */
function expectSame<T>(what: string, got: readonly T[], wanted: readonly T[]): void {
  const at = wanted.findIndex((each, index) => JSON.stringify(each) !== JSON.stringify(got[index]));
  const from = at < 0 ? wanted.length : at;
  expect({ what, length: got.length, from, next: got.slice(from, from + 3) }).toEqual({
    what,
    length: wanted.length,
    from,
    next: wanted.slice(from, from + 3),
  });
}
