import { DATASETS, type Dataset, LAYERS, type Layer } from '@pipeline/datasets/schema';
import { sharesStream } from '@pipeline/datasets/stream-keys';
import type { ObservedRequest } from '../../gateway';
import type { ClosedFile } from '../../s3-sink';
import type {
  ExpectedAnswer,
  HopId,
  LatencyId,
  LayerNow,
  Live,
  Run,
  Snapshot,
  ViewLayer,
} from '../../serving/contract';
import type { Ingest } from '../../tables';
import { endsOf, forEachDataset, isOfDataset, type Pipeline, placeOf, versionsOf } from '../pipeline';
import type { Answers } from './answers';
import { EventHub } from './event-hub';
import type { EventStream } from './event-stream';
import { hopCounts, hopsNow, type Noted, total } from './hops';
import { DurationWindow, InFlight } from './latency';
import { forEachHop, Rates, type Totals } from './rates';
import { ServedRows } from './served-rows';
import { type Standing, type VerdictOptions, Verdicts } from './verdict';

export interface WatchOptions extends Pick<VerdictOptions, 'right' | 'judgements' | 'source'> {
  readonly pipeline: Pipeline;
  readonly answers: Answers;
  readonly run: () => Run;
  readonly onError: (error: Error) => void;
}

const TICK_MS = 1000;

/** Watches the running parts, and tells all who follow what has changed. */
export class Watch {
  private readonly options: WatchOptions;
  private readonly hub: EventHub;
  private readonly verdicts: Verdicts;
  private readonly rates: Rates;
  private readonly inFlight = new InFlight();
  private readonly windows: Record<LatencyId, DurationWindow> = {
    log: new DurationWindow(),
    batch: new DurationWindow(),
    speed: new DurationWindow(),
    serving: new DurationWindow(),
  };
  private readonly api: Record<Dataset, { stored: number; refused: number }> = forEachDataset(() => ({
    stored: 0,
    refused: 0,
  }));
  private readonly newestMs: Record<HopId, number | null> = forEachHop(() => null);
  private underWay = 0;
  private readonly served: ServedRows;
  private latency: { readonly second: number; readonly value: Live['latency'] } | undefined;
  private readonly timer: NodeJS.Timeout;
  private readonly unsubscribe: (() => void)[];

  constructor(options: WatchOptions) {
    this.options = options;
    const { pipeline, answers, right, judgements, source, onError } = options;
    this.served = new ServedRows({
      count: () => answers.served(),
      versions: () => versionsOf(pipeline),
      last: answers.servedLast,
      onCounted: () => this.hub.changed(),
      onError,
    });
    void this.readNewest().catch(onError);
    this.rates = new Rates(this.totals(), Date.now());
    this.hub = new EventHub(
      () => this.snapshot(),
      () => this.served.soonCounted(),
    );
    const onChange = () => this.hub.changed();
    this.verdicts = new Verdicts({
      answers,
      right,
      judgements,
      source,
      standing: () => this.standing(),
      onChange,
      onError,
    });
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.timer.unref();
    this.unsubscribe = [
      pipeline.kafkaLog.onAppend(() => this.appended('topic')),
      pipeline.kinesisLog.onAppend(() => this.appended('stream')),
      pipeline.health.onChange(onChange),
    ];
  }

  /** Events for one page, from a snapshot on. */
  open(): EventStream {
    return this.hub.open();
  }

  snapshot(): Snapshot {
    return { nowMs: Date.now(), live: this.live(), series: this.rates.series };
  }

  /** The right answer for what has come into a layer just now. */
  rightAnswer(view: string, layer: ViewLayer): Promise<ExpectedAnswer> {
    return this.verdicts.rightAnswer(view, layer);
  }

  /** A request to the API begins. */
  began(): void {
    this.underWay += 1;
  }

  /** A request to the API has been answered. */
  ended(observed: ObservedRequest): void {
    this.underWay -= 1;
    const nowMs = Date.now();
    const { ranges, failed } = this.options.pipeline.requests.add(observed);
    const dataset = this.datasetOf(ranges[0]?.log ?? observed.path);
    if (observed.status >= 400) this.api[dataset].refused += 1;
    this.api[dataset].refused += failed;
    for (const { log, partition, first, last } of ranges) {
      const records = last - first + 1;
      for (const [each, count] of this.datasetsIn(log, partition, first, records)) this.api[each].stored += count;
      this.newestMs.api = nowMs;
      this.windows.log.add(observed.tookMs, records, nowMs);
      this.inFlight.note(log, partition, last, records, observed.atMs);
    }
    this.hub.changed();
  }

  /** The sink has closed a file. */
  closed(file: ClosedFile): void {
    const nowMs = Date.now();
    this.options.pipeline.files.add(file, nowMs);
    this.newestMs.file = nowMs;
    this.hub.changed();
  }

  /** A layer has taken records in. */
  ingested({ layer, dataset, committedMs, positions }: Ingest): void {
    const { pipeline } = this.options;
    this.newestMs[layer] = committedMs;
    this.newestMs.serving = committedMs;
    if (layer === 'batch') pipeline.files.taken(positions);
    const { log, name } = placeOf(pipeline, layer, dataset);
    const arrive = (partition: number, next: number) =>
      this.inFlight.arrive(name, partition, next, (records, sinceMs) =>
        this.windows[layer].add(committedMs - sinceMs, records, committedMs),
      );
    if (layer === 'speed') {
      for (const [shard, next] of Object.entries(positions))
        arrive(Number(shard.slice(shard.lastIndexOf('/') + 1)), Number(next));
    } else {
      for (let partition = 0; partition < (log.topic(name)?.partitions ?? 0); partition += 1)
        arrive(
          partition,
          pipeline.files.firstNotTaken(name, partition) ?? pipeline.sink.nextOffset(name, partition) ?? 0,
        );
    }
    if (this.hub.readers === 0 || !this.served.soonCounted()) this.hub.changed();
  }

  stop(): void {
    clearInterval(this.timer);
    this.served.stop();
    for (const unsubscribe of this.unsubscribe) unsubscribe();
    this.hub.stop();
  }

  private live(): Live {
    const { pipeline, run } = this.options;
    this.served.count();
    return {
      run: run(),
      hops: hopsNow(pipeline, this.noted(), this.rates),
      latency: this.latencyNow(),
      layers: { batch: this.layerNow('batch'), speed: this.layerNow('speed') },
      ends: this.ends(),
      openFiles: pipeline.sink.openRecords().map(({ topic, closesMs, ...open }) => ({
        log: topic,
        ...open,
        closesMs: closesMs ?? null,
      })),
      verdict: this.verdicts.now(),
      troubles: pipeline.health.list(),
    };
  }

  private layerNow(layer: Layer): LayerNow {
    const tables = this.options.pipeline.tables.layer(layer);
    const tally = tables.tally();
    return {
      version: tables.version,
      asOfMs: tables.newestMs ?? null,
      clean: forEachDataset((dataset) => tally[dataset].clean),
      quarantined: forEachDataset((dataset) => tally[dataset].quarantined),
      duplicates: forEachDataset((dataset) => tally[dataset].duplicates),
    };
  }

  private ends(): Live['ends'] {
    const { kafkaLog, kinesisLog } = this.options.pipeline;
    return Object.fromEntries(
      [kafkaLog, kinesisLog].flatMap((log) => log.topics().map((name) => [name, endsOf(log, name)] as const)),
    );
  }

  private latencyNow(): Live['latency'] {
    const nowMs = Date.now();
    const second = Math.floor(nowMs / 1000);
    if (this.latency?.second === second) return this.latency.value;
    const { log, batch, speed } = this.windows;
    const bySpeed = speed.at(nowMs);
    const byBatch = batch.at(nowMs);
    // The serving layer shows a record as soon as either layer has it.
    const value = {
      log: log.at(nowMs),
      batch: byBatch,
      speed: bySpeed,
      serving: bySpeed.records > 0 ? bySpeed : byBatch,
    };
    this.latency = { second, value };
    return value;
  }

  private noted(): Noted {
    return { api: this.api, underWay: this.underWay, newestMs: this.newestMs, served: this.served.now };
  }

  private totals(): Totals {
    const counts = hopCounts(this.options.pipeline, this.noted());
    return forEachHop((hop) => (hop === 'serving' ? counts.serving.pin.soFar : total(counts[hop]).soFar));
  }

  private standing(): Standing {
    const { pipeline } = this.options;
    const counts = hopCounts(pipeline, this.noted());
    const layer = (name: Layer) => pipeline.tables.layer(name);
    const clean = (name: Layer) => {
      const tally = layer(name).tally();
      return forEachDataset((dataset) => tally[dataset].clean);
    };
    const sums = forEachHop((hop) => total(counts[hop]));
    return {
      stored: {
        batch: forEachDataset((dataset) => counts.topic[dataset].soFar),
        speed: forEachDataset((dataset) => counts.stream[dataset].soFar),
      },
      clean: { batch: clean('batch'), speed: clean('speed') },
      waiting: sums.file.waiting + sums.batch.waiting + sums.speed.waiting,
      unaccounted:
        Math.max(0, sums.topic.soFar - sums.file.refused - sums.batch.soFar) +
        Math.max(0, sums.stream.soFar - sums.speed.soFar),
      versions: versionsOf(pipeline),
    };
  }

  private tick(): void {
    this.hub.changed(this.rates.read(this.totals(), Date.now()));
  }

  private appended(hop: 'topic' | 'stream'): void {
    this.newestMs[hop] = Date.now();
    this.hub.changed();
  }

  /** When the newest records came that were there before. */
  private async readNewest(): Promise<void> {
    const { pipeline } = this.options;
    for (const layer of LAYERS) {
      const hop = layer === 'batch' ? 'topic' : 'stream';
      for (const dataset of DATASETS) {
        const { log, name } = placeOf(pipeline, layer, dataset);
        for (const [partition, end] of endsOf(log, name).entries()) {
          const last = end > 0 ? (await log.read(name, partition, end - 1, { maxRecords: 1 }))[0] : undefined;
          if (last !== undefined) this.newestMs[hop] = Math.max(this.newestMs[hop] ?? 0, last.timestampMs);
        }
      }
    }
    this.newestMs.file = pipeline.files.newestMs;
  }

  /** Records that a request stored, by dataset: in a stream that the datasets share each record's key tells. */
  private datasetsIn(name: string, partition: number, first: number, records: number): [Dataset, number][] {
    const { kinesisLog, environment } = this.options.pipeline;
    const { streams } = environment.names;
    if (name !== streams.pin || !sharesStream(streams)) return [[this.datasetOf(name), records]];
    const keys = kinesisLog.read(name, partition, first, { maxRecords: records }).map(({ key }) => key);
    return DATASETS.map((dataset) => [
      dataset,
      keys.filter((key) => isOfDataset(this.options.pipeline, 'speed', dataset, key)).length,
    ]);
  }

  private datasetOf(text: string): Dataset {
    const { topics, streams } = this.options.pipeline.environment.names;
    return (
      DATASETS.find((dataset) => text.includes(topics[dataset]) || text.includes(streams[dataset])) ?? DATASETS[0]!
    );
  }
}
