import { ruleOf, sentenceOf } from '@pipeline/datasets/rules';
import { DATASETS, type Dataset, LAYERS, type Layer } from '@pipeline/datasets/schema';
import { parseSequenceNumber } from '../../kinesis';
import { oneOf, Problem, wholeNumber } from '../../serving';
import type { QuarantinedRecord, QuarantinePage, QuarantineReason, Replayed, ReplayLine } from '../../serving/contract';
import { type Pipeline, placeOf } from '../pipeline';
import { rowsOf } from './cleaned';
import { DETAIL_LENGTH, textContent } from './content';
import { sentLine } from './sent-line';

/** `GET /quarantine/reasons`, most records first. */
export async function quarantineReasons(pipeline: Pipeline): Promise<QuarantineReason[]> {
  const reasons: QuarantineReason[] = [];
  for (const layer of LAYERS) {
    const tally = pipeline.tables.layer(layer).tally();
    for (const dataset of DATASETS) {
      const counts = Object.entries(tally[dataset].quarantinedByReason);
      if (counts.length === 0) continue;
      const newest = await pipeline.tables.layer(layer).read(
        `select r.reason, max(r.arrival_time_ms) as newest from ${layer}.${dataset}_records as r
            where r.outcome = 'quarantined' group by r.reason`,
      );
      const newestOf = new Map(newest.rows.map(([reason, ms]) => [reason, Number(ms)]));
      for (const [reason, records] of counts) {
        const rule = ruleOf(reason);
        const example =
          rule?.examples.find(({ after }) => after.some((row) => row.reason === reason)) ?? rule?.examples[0];
        reasons.push({
          layer,
          dataset,
          reason,
          words: sentenceOf(reason) ?? reason,
          why: rule?.why ?? 'No rule of the catalogue gives this reason; an older version of the rules may have.',
          example: example === undefined ? '' : example.before.map((each) => JSON.stringify(each)).join('\n'),
          records,
          newestMs: newestOf.get(reason) ?? 0,
        });
      }
    }
  }
  return reasons.sort((a, b) => b.records - a.records);
}

/** `GET /quarantine/records`, newest first. @throws Problem 400 */
export async function quarantineRecords(
  pipeline: Pipeline,
  query: Readonly<Partial<Record<string, string>>>,
): Promise<QuarantinePage> {
  const layers: readonly Layer[] =
    query.layer === undefined ? LAYERS : [oneOf('layer', query.layer, { otherwise: 'batch', known: LAYERS })];
  const datasets: readonly Dataset[] =
    query.dataset === undefined ? DATASETS : [oneOf('dataset', query.dataset, { otherwise: 'pin', known: DATASETS })];
  const limit = wholeNumber('limit', query.limit, { otherwise: 50, least: 1, most: 500 });
  const cursor = query.before === undefined ? undefined : cursorIn(query.before);
  const parts = layers.flatMap((layer) =>
    datasets.map(
      (dataset) => `select '${layer}' as layer, '${dataset}' as dataset, r.reason, r.line, r.arrival_time_ms,
        r.arrival_order, r.arrival_partition from ${layer}.${dataset}_records as r
        where r.outcome = 'quarantined' and ($1::string is null or r.reason = $1::string)`,
    ),
  );
  const order = ['arrival_time_ms', 'layer', 'dataset', 'arrival_order', 'arrival_partition'];
  const result = await pipeline.tables.layer('batch').read(
    `select q.* from (${parts.join(' union all ')}) as q
      where $2::bigint is null
        or (${order.map((column) => `q.${column}`).join(', ')}) < ($2::bigint, $3::string, $4::string, $5::string, $6::string)
      order by ${order.map((column) => `q.${column} desc`).join(', ')} limit ${limit + 1}`,
    [query.reason ?? null, ...(cursor ?? [null, null, null, null, null])],
  );
  const rows = rowsOf(result);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    records: shown.map((row) => quarantined(pipeline, row)),
    total: totalOf(pipeline, layers, datasets, query.reason),
    before: rows.length > limit && last ? order.map((column) => String(last[column])).join('|') : null,
  };
}

function cursorIn(text: string): [bigint, string, string, string, string] {
  const [time = '', layer, dataset, order, ...partition] = text.split('|');
  if (!/^\d{1,18}$/.test(time) || layer === undefined || dataset === undefined || order === undefined)
    throw new Problem(400, `before must be what a page before gave, got '${text}'`);
  return [BigInt(time), layer, dataset, order, partition.join('|')];
}

function quarantined(pipeline: Pipeline, row: ReturnType<typeof rowsOf>[number]): QuarantinedRecord {
  const layer = row.layer as Layer;
  const dataset = row.dataset as Dataset;
  const order = String(row.arrival_order);
  const partition = String(row.arrival_partition);
  return {
    layer,
    dataset,
    reason: String(row.reason),
    line: textContent(sentLine(String(row.line ?? '')), DETAIL_LENGTH),
    atMs: Number(row.arrival_time_ms),
    log: placeOf(pipeline, layer, dataset).name,
    partition: Number(partition.slice(partition.lastIndexOf('/') + 1)),
    offset: layer === 'speed' ? (parseSequenceNumber(order)?.offset ?? 0) : Number(order),
    sequenceNumber: layer === 'speed' ? order : null,
  };
}

function totalOf(
  pipeline: Pipeline,
  layers: readonly Layer[],
  datasets: readonly Dataset[],
  reason: string | undefined,
): number {
  let total = 0;
  for (const layer of layers) {
    const tally = pipeline.tables.layer(layer).tally();
    for (const dataset of datasets)
      total += reason === undefined ? tally[dataset].quarantined : (tally[dataset].quarantinedByReason[reason] ?? 0);
  }
  return total;
}

/** `POST /quarantine/replay`: sends one line through the API as a client would. @throws Problem 400 */
export async function replayLine(
  pipeline: Pipeline,
  { dataset, layers, line: given }: Partial<ReplayLine>,
): Promise<Replayed[]> {
  if (!DATASETS.some((each) => each === dataset))
    throw new Problem(400, `dataset must be one of ${DATASETS.join(', ')}, got ${JSON.stringify(dataset)}`);
  if (!Array.isArray(layers) || layers.length === 0 || !layers.every((each) => LAYERS.includes(each)))
    throw new Problem(400, `layers must be a list of ${LAYERS.join(', ')}, got ${JSON.stringify(layers)}`);
  if (typeof given !== 'string') throw new Problem(400, `line must be text, got ${JSON.stringify(given)}`);
  const line = sentLine(given);
  const key = keyIn(line);
  const replayed: Replayed[] = [];
  for (const layer of layers) replayed.push(await sent(pipeline, layer, dataset!, line, key));
  return replayed;
}

/** The key that the record is sent under. @throws Problem 400 for a line that is no JSON object */
function keyIn(line: string): string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new Problem(400, `the line is no JSON: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Problem(400, 'the line must be a JSON object');
  const { index, ind } = value as Record<string, unknown>;
  return String(index ?? ind ?? 'replayed');
}

async function sent(pipeline: Pipeline, layer: Layer, dataset: Dataset, line: string, key: string): Promise<Replayed> {
  const { gateway, send } = pipeline;
  const { name } = placeOf(pipeline, layer, dataset);
  const path = layer === 'batch' ? `/${gateway.stage}/topics/${name}` : `/${gateway.stage}/streams/${name}/record`;
  const verb = layer === 'batch' ? 'POST' : 'PUT';
  // The line goes as it is: read and written again, its numbers might change.
  const body =
    layer === 'batch'
      ? `{"records":[{"key":${JSON.stringify(key)},"value":${line}}]}`
      : `{"Data":${line},"PartitionKey":${JSON.stringify(key)}}`;
  const type = layer === 'batch' ? 'application/vnd.kafka.json.v2+json' : 'application/json';
  const response = await send({
    method: verb,
    path,
    query: '',
    // The REST proxy takes no request that says nothing of what it accepts.
    headers: { host: 'localhost', accept: '*/*', 'content-type': type },
    body: Buffer.from(body),
  });
  const requestId = response.headers['x-amzn-RequestId'] ?? '';
  const entry = pipeline.requests.list(50).find((each) => each.requestId === requestId);
  const range = entry?.stored[0];
  return {
    layer,
    verb,
    url: path,
    status: response.status,
    requestId,
    response: textContent(response.body.toString(), DETAIL_LENGTH),
    stored: range === undefined ? null : { log: range.log, partition: range.partition, offset: range.first },
  };
}
