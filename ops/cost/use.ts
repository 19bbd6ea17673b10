import { DATASETS, type Dataset, LAYERS, perDataset, SINK_FIELDS } from '@pipeline/datasets/schema';
import { DEFAULT_SEED, syntheticPosts } from '@pipeline/datasets/synthetic';
import { counted, type UseLine } from './lines';
import { HOURS_PER_MONTH, priceOf } from './price-table';
import type { StackTemplate } from './templates';

/** What comes in, into both layers. */
export interface Traffic {
  readonly postsPerDay: number;
  /** Records in each request, as with the emulator's option of this name. */
  readonly batchSize: number;
}

const DAYS_PER_MONTH = HOURS_PER_MONTH / 24;
const GB = 2 ** 30;
const PUT_UNIT_BYTES = 25 * 1024;
/** The sink writes each file in parts: one request to begin, one for a part, one to end. */
const REQUESTS_PER_FILE = 3;
/** What the sink adds to each line, at a length that is usual. */
const ARRIVAL_FIELDS =
  `,"${SINK_FIELDS.partition}":1,"${SINK_FIELDS.offset}":123456,"${SINK_FIELDS.timestamp}":1790000000000\n`.length;

/** What a month of this traffic costs beyond what stands there anyway, by stack. */
export function usesOf(templates: readonly StackTemplate[], traffic: Traffic): Map<string, UseLine[]> {
  const uses = new Map<string, UseLine[]>();
  if (traffic.postsPerDay === 0) return uses;
  const sizes = recordSizes();
  const postsPerMonth = traffic.postsPerDay * DAYS_PER_MONTH;
  const layerGb = (postsPerMonth * sum(DATASETS.map((dataset) => sizes[dataset].bytes))) / GB;
  for (const [type, lines] of Object.entries<(template: StackTemplate) => UseLine[]>({
    'AWS::ApiGateway::RestApi': () => requestLines(traffic),
    'AWS::ElasticLoadBalancingV2::LoadBalancer': () => [
      use(`${gb(layerGb)} through the load balancer, a capacity unit each`, layerGb, 'load-balancer/capacity-unit'),
    ],
    'AWS::MSK::Cluster': () => [
      use(`${gb(layerGb)} to a broker in another zone and back, at most`, 2 * layerGb, 'traffic/between-zones'),
    ],
    'AWS::KafkaConnect::Connector': () =>
      fileLines(templates, traffic, layerGb + (postsPerMonth * DATASETS.length * ARRIVAL_FIELDS) / GB),
    'AWS::Kinesis::Stream': (template) => streamLines(template, postsPerMonth, sizes, layerGb),
  })) {
    const template = templates.find(({ resources }) => Object.values(resources).some(({ Type }) => Type === type));
    if (template) uses.set(template.stack, [...(uses.get(template.stack) ?? []), ...lines(template)]);
  }
  return uses;
}

function requestLines({ postsPerDay, batchSize }: Traffic): UseLine[] {
  const perDay = Math.ceil(postsPerDay / batchSize) * DATASETS.length * LAYERS.length;
  const requests = perDay * DAYS_PER_MONTH;
  return [use(counted(Math.round(requests), 'request'), requests / 1e6, 'api-gateway/request')];
}

/** Files as the sink makes them: one when it has `flush.size` records, and one of each partition when its time is up. */
function fileLines(templates: readonly StackTemplate[], { postsPerDay }: Traffic, storedGb: number): UseLine[] {
  const all = templates.flatMap(({ resources }) => Object.values(resources));
  const connector = all.find(({ Type }) => Type === 'AWS::KafkaConnect::Connector')!;
  const settings = connector.Properties!.ConnectorConfiguration as Record<string, string>;
  const topics = String(settings.topics).split(',');
  const rotationsPerDay = 86_400_000 / Number(settings['rotate.schedule.interval.ms']);
  const perDay = topics.map((name) => {
    const topic = all.find(({ Type, Properties }) => Type === 'AWS::MSK::Topic' && Properties?.TopicName === name)!;
    const partitions = Number(topic.Properties!.PartitionCount);
    return Math.min(
      postsPerDay,
      Math.floor(postsPerDay / Number(settings['flush.size'])) + partitions * rotationsPerDay,
    );
  });
  const files = sum(perDay) * DAYS_PER_MONTH;
  return [
    use(`${counted(Math.round(files), 'file')} of the sink at most`, (files * REQUESTS_PER_FILE) / 1000, 's3/put'),
    use('reading each of them once', files / 1000, 's3/get'),
    use(`${gb(storedGb)} that each month adds, for a month`, storedGb, 's3/storage'),
  ];
}

function streamLines({ resources }: StackTemplate, posts: number, sizes: Sizes, gbOut: number): UseLine[] {
  const streams = Object.values(resources).filter(({ Type }) => Type === 'AWS::Kinesis::Stream');
  if (streams.every(({ Properties }) => Properties?.ShardCount !== undefined)) {
    const units = posts * sum(DATASETS.map((dataset) => sizes[dataset].putUnits));
    return [use(counted(Math.round(units), 'put unit'), units / 1e6, 'kinesis/put-unit')];
  }
  const gbIn = (posts * sum(DATASETS.map((dataset) => sizes[dataset].wholeKib))) / GB;
  return [
    use(`${gb(gbIn)} into the streams, records rounded up to KiB`, gbIn, 'kinesis/on-demand-in'),
    use(`${gb(gbOut)} out of them, to one reader`, gbOut, 'kinesis/on-demand-out'),
  ];
}

interface Size {
  readonly bytes: number;
  /** Bytes when each record is rounded up to whole KiB. */
  readonly wholeKib: number;
  readonly putUnits: number;
}
type Sizes = Readonly<Record<Dataset, Size>>;

/** What a record of each dataset weighs on average, measured on the synthetic source. */
export function recordSizes(posts = 1000): Sizes {
  const totals = perDataset(() => ({ bytes: 0, wholeKib: 0, putUnits: 0 }));
  for (const { records } of syntheticPosts({ seed: DEFAULT_SEED, posts })) {
    for (const { dataset, value } of records) {
      const bytes = Buffer.byteLength(JSON.stringify(value));
      const total = totals[dataset];
      total.bytes += bytes / posts;
      total.wholeKib += (Math.ceil(bytes / 1024) * 1024) / posts;
      total.putUnits += Math.ceil(bytes / PUT_UNIT_BYTES) / posts;
    }
  }
  return totals;
}

function use(what: string, amount: number, name: string): UseLine {
  const { usd, source } = priceOf(name);
  return { kind: 'use', what, usdPerMonth: amount * usd, source };
}

function gb(amount: number): string {
  return `${amount.toLocaleString('en', { maximumSignificantDigits: 3 })} GB`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
