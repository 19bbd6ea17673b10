import { sentenceOf } from '@pipeline/datasets/rules';
import { DATASETS, type Dataset, LAYERS, type Layer } from '@pipeline/datasets/schema';
import { parseSequenceNumber } from '../../kinesis';
import { Problem } from '../../serving';
import type { Filed, ServedBy, Trace, TracedRecord, TraceStep } from '../../serving/contract';
import { isOfDataset, type Pipeline, placeOf } from '../pipeline';
import { rowsOf } from './cleaned';
import { filedAt } from './filed';
import { type FoundRecord, isKey, logCalled, type NamedLog, readRecords } from './logs';
import { whyNotSent } from './record-detail';

/** Records of a partition that are not in the tables yet and are looked through, newest first. */
const MOST_WAITING = 20_000;
/** Records of one post that are followed. */
const MOST_RECORDS = 60;

interface Found {
  readonly dataset: Dataset;
  readonly layer: Layer;
  readonly partition: number;
  readonly offset: number;
  readonly atMs: number;
  readonly sequenceNumber: string | null;
  readonly outcome: TracedRecord['outcome'];
  readonly reason: string | null;
  readonly cleanedMs: number | undefined;
}

/** `GET /trace/{key}`: everything that happened to one post. */
export async function trace(pipeline: Pipeline, key: string): Promise<Trace> {
  if (key.length > 256) throw new Problem(400, `a key has at most 256 characters, got ${key.length}`);
  const ind = /^\d{1,18}$/.test(key) ? BigInt(key) : undefined;
  const found: Found[] = [];
  for (const layer of LAYERS)
    for (const dataset of DATASETS) found.push(...(await takenIn(pipeline, layer, dataset, key, ind)));
  const known = new Set(
    found.map(({ layer, dataset, partition, offset }) => [layer, dataset, partition, offset].join()),
  );
  const waiting: Found[] = [];
  for (const layer of LAYERS)
    for (const dataset of DATASETS) waiting.push(...(await notTakenIn(pipeline, layer, dataset, key, ind)));
  for (const each of waiting) {
    const name = [each.layer, each.dataset, each.partition, each.offset].join();
    if (!known.has(name)) found.push(each);
  }
  found.sort((a, b) => a.atMs - b.atMs || a.layer.localeCompare(b.layer) || a.offset - b.offset);
  const records = [];
  for (const each of found.slice(0, MOST_RECORDS)) records.push(await traced(pipeline, each));
  return {
    key,
    nowMs: Date.now(),
    records,
    served: servedBy(pipeline, found),
    looked: [
      'the tables of both layers, by key',
      'quarantined records whose text holds the key',
      `the newest ${MOST_WAITING.toLocaleString('en-US')} records of each partition that no layer has taken in yet`,
    ],
    notLooked:
      found.length > MOST_RECORDS
        ? [
            {
              where: `${found.length - MOST_RECORDS} more records of this post`,
              why: `The first ${MOST_RECORDS} are shown.`,
            },
          ]
        : [],
  };
}

/** Records of the post in the tables of a layer. */
async function takenIn(
  pipeline: Pipeline,
  layer: Layer,
  dataset: Dataset,
  key: string,
  ind: bigint | undefined,
): Promise<Found[]> {
  const columns = 'r.arrival_time_ms, r.arrival_partition, r.arrival_order, r.outcome, r.reason, r.ingest';
  const table = `${layer}.${dataset}_records as r`;
  const of = pipeline.tables.layer(layer);
  const byKey =
    ind === undefined ? [] : rowsOf(await of.read(`select ${columns} from ${table} where r.ind = $1::bigint`, [ind]));
  const byText = rowsOf(
    await of.read(
      `select ${columns} from ${table} where r.outcome = 'quarantined' and r.ind is null and contains(r.line, $1) limit 100`,
      [key],
    ),
  );
  const { name } = placeOf(pipeline, layer, dataset);
  const found = [...byKey, ...byText].map(async (row, at): Promise<Found[]> => {
    const order = String(row.arrival_order);
    const partitionText = String(row.arrival_partition);
    const sequence = layer === 'speed' ? parseSequenceNumber(order) : undefined;
    const partition = Number(partitionText.slice(partitionText.lastIndexOf('/') + 1));
    const offset = sequence?.offset ?? Number(order);
    if (!Number.isInteger(partition)) return [];
    if (at >= byKey.length && !(await hasKey(pipeline, name, partition, offset, key))) return [];
    return [
      {
        dataset,
        layer,
        partition,
        offset,
        atMs: Number(row.arrival_time_ms),
        sequenceNumber: layer === 'speed' ? order : null,
        outcome: row.outcome as Found['outcome'],
        reason: row.reason as string | null,
        cleanedMs: of.committedMs(BigInt(String(row.ingest))),
      },
    ];
  });
  return (await Promise.all(found)).flat();
}

/** Whether the record that stands there was sent under that key. */
async function hasKey(
  pipeline: Pipeline,
  name: string,
  partition: number,
  offset: number,
  key: string,
): Promise<boolean> {
  const [record] = await readRecords(pipeline, logCalled(pipeline, name), partition, offset, 1);
  return record?.offset === offset && isKey(record.key, key);
}

/** Records of the post that are in a log and in no table. */
async function notTakenIn(
  pipeline: Pipeline,
  layer: Layer,
  dataset: Dataset,
  key: string,
  ind: bigint | undefined,
): Promise<Found[]> {
  const { log, name } = placeOf(pipeline, layer, dataset);
  if (log.topic(name) === undefined) return [];
  const named = logCalled(pipeline, name);
  const found: Found[] = [];
  for (let partition = 0; partition < named.partitions; partition += 1) {
    const end = log.endOffset(name, partition);
    const next =
      layer === 'batch'
        ? (pipeline.files.firstNotTaken(name, partition) ?? pipeline.sink.nextOffset(name, partition) ?? 0)
        : Math.max(0, end - pipeline.speed.behind(dataset));
    for (
      let at = Math.max(next, end - MOST_WAITING), part: FoundRecord[] = [];
      at < end;
      at = part.at(-1)!.offset + 1
    ) {
      part = await readRecords(pipeline, named, partition, at, 2000);
      if (part.length === 0) break;
      const ofDataset = part.filter((each) => isOfDataset(pipeline, layer, dataset, each.key));
      for (const record of ofDataset.filter((each) => isOf(each, key, ind)))
        found.push({
          dataset,
          layer,
          partition,
          offset: record.offset,
          atMs: record.timestampMs,
          sequenceNumber: record.sequenceNumber,
          outcome: 'waiting',
          reason: null,
          cleanedMs: undefined,
        });
    }
  }
  return found;
}

function isOf({ key, value }: FoundRecord, wanted: string, ind: bigint | undefined): boolean {
  if (isKey(key, wanted)) return true;
  if (ind === undefined || value === null) return false;
  return new RegExp(`"(?:index|ind)"\\s*:\\s*"?0*${ind}"?\\s*[,}]`).test(value.toString('utf8'));
}

async function traced(pipeline: Pipeline, found: Found): Promise<TracedRecord> {
  const { dataset, layer, partition, offset, atMs, sequenceNumber, cleanedMs } = found;
  const { name } = placeOf(pipeline, layer, dataset);
  const named = logCalled(pipeline, name);
  const request = pipeline.requests.thatStored(name, partition, offset);
  const filed = layer === 'batch' ? await filedAt(pipeline, name, partition, offset) : undefined;
  const outcome = found.outcome === 'waiting' && filed?.state === 'refused' ? 'refused' : found.outcome;
  const why =
    outcome === 'refused' && filed?.state === 'refused'
      ? filed.why
      : found.reason === null
        ? null
        : (sentenceOf(found.reason) ?? found.reason);
  const isIn = found.outcome !== 'waiting';
  const steps: TraceStep[] = [
    {
      step: 'sent',
      state: request === undefined ? 'unknown' : 'done',
      atMs: request?.atMs ?? null,
      words: request ? `${request.verb} ${request.route} answered ${request.status}` : whyNotSent(pipeline, request)!,
      ...FIXED,
    },
    { step: 'stored', state: 'done', atMs, words: placeWords(named, partition, offset), ...FIXED },
    ...(filed === undefined ? [] : [filedStep(filed)]),
    {
      step: 'cleaned',
      state: isIn ? 'done' : outcome === 'refused' ? 'refused' : 'waiting',
      atMs: isIn ? (cleanedMs ?? null) : null,
      words: cleanedWords(outcome, why),
      ...FIXED,
    },
    {
      step: 'visible',
      state: outcome === 'clean' ? 'done' : isIn || outcome === 'refused' ? 'refused' : 'waiting',
      atMs: outcome === 'clean' ? (cleanedMs ?? null) : null,
      words: visibleWords(outcome),
      ...FIXED,
    },
  ];
  const log = name;
  return {
    dataset,
    layer,
    log,
    partition,
    offset,
    sequenceNumber,
    requestId: request?.requestId ?? null,
    steps,
    outcome,
    why,
  };
}

const FIXED = { dueMs: null, canClose: false };

function placeWords({ kind, name }: NamedLog, partition: number, offset: number): string {
  return `${kind} ${name}, ${kind === 'stream' ? 'shard' : 'partition'} ${partition}, offset ${offset}`;
}

function filedStep(filed: Filed): TraceStep {
  const step = { step: 'filed', ...FIXED } as const;
  switch (filed.state) {
    case 'closed':
      return { ...step, state: 'done', atMs: filed.closedMs, words: `line ${filed.line} of ${filed.file}` };
    case 'open': {
      const words = `in an open file with ${filed.records} of the ${filed.closesAtRecords} records that close it`;
      return { ...step, state: 'waiting', atMs: null, words, dueMs: filed.closesMs, canClose: true };
    }
    case 'waiting':
      return { ...step, state: 'waiting', atMs: null, words: 'The sink has not come to it yet.', canClose: true };
    case 'refused':
      return { ...step, state: 'refused', atMs: null, words: filed.why };
    default:
      return { ...step, state: 'unknown', atMs: null, words: filed.why };
  }
}

function cleanedWords(outcome: TracedRecord['outcome'], why: string | null): string {
  if (outcome === 'clean') return 'clean';
  if (outcome === 'duplicate') return 'a later record of the same key has taken its place';
  if (outcome === 'quarantined') return `in quarantine: ${why}`;
  return outcome === 'refused' ? 'The sink refused it, so it never comes here.' : 'not taken in yet';
}

function visibleWords(outcome: TracedRecord['outcome']): string {
  if (outcome === 'clean') return 'answers of its layer see it';
  return outcome === 'waiting' ? 'when it has been cleaned' : 'no answer sees it';
}

/** The serving layer shows the later arrival, and the speed layer's when both came at one time. */
function servedBy(pipeline: Pipeline, found: readonly Found[]): Record<Dataset, ServedBy> {
  const of = (dataset: Dataset): ServedBy => {
    const clean = (layer: Layer) =>
      found.find((each) => each.dataset === dataset && each.layer === layer && each.outcome === 'clean');
    const [batch, speed] = [clean('batch'), clean('speed')];
    const shown = batch === undefined || (speed !== undefined && speed.atMs >= batch.atMs) ? speed : batch;
    if (shown === undefined)
      return { layer: null, log: null, partition: null, offset: null, why: 'No layer has a clean record of it.' };
    const other = shown === batch ? speed : batch;
    const why =
      other === undefined
        ? `Only the ${shown.layer} layer has a clean record of it.`
        : other.atMs === shown.atMs
          ? 'Both layers have it from one moment, and then the speed layer’s counts.'
          : `It arrived ${shown.atMs - other.atMs} ms later than the ${other.layer} layer’s.`;
    const { name } = placeOf(pipeline, shown.layer, dataset);
    return { layer: shown.layer, log: name, partition: shown.partition, offset: shown.offset, why };
  };
  return Object.fromEntries(DATASETS.map((dataset) => [dataset, of(dataset)])) as Record<Dataset, ServedBy>;
}
