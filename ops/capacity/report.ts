import { SCHEDULES } from '../../config/schedules';
import type { EnvironmentConfig } from '../../config/schema';
import { BROKERS, LIMIT_SOURCES, LIMITS, MACHINES } from '../../local/limits';
import { HOURS_PER_MONTH, priceOf } from '../cost/price-table';
import { costOf } from '../cost/report';
import { MINUTES_PER_RUN } from '../cost/spark-prices';
import type { StackTemplate } from '../cost/templates';
import { bottleneckOf, type Enlarged, enlarge, type HopReport, hopsOf } from './capacity';
import { secondsPerRun } from './data-hops';
import type { Load } from './load';

/** What one limit is, in whose words, and of when. */
export interface UsedLimit {
  readonly name: string;
  readonly is: string;
  readonly source: string;
}

export interface CapacityReport {
  readonly env: string;
  readonly postsPerSecond: number;
  readonly batchSize: number;
  readonly keptDays: number;
  readonly hops: readonly HopReport[];
  /** Name of the hop that is full first, and the posts a second at which it is. */
  readonly bottleneck: { readonly hop: string; readonly carries: number };
  /** Whether the file carries the rate as it is. */
  readonly carries: boolean;
  readonly changes: Enlarged['changes'];
  readonly tooSmall: Enlarged['tooSmall'];
  /** Dollars a month at this rate all day: as the file is, and changed. */
  readonly usdPerMonth: { readonly now: number; readonly changed: number; readonly notCounted: number };
  /** vCPU that Spark would hold at once, when that is more than a new account may. */
  readonly quotaVcpu?: number;
  readonly limits: readonly UsedLimit[];
  readonly sources: typeof LIMIT_SOURCES;
}

export function capacityReport(
  config: EnvironmentConfig,
  load: Load,
  templatesOf: (config: EnvironmentConfig) => StackTemplate[],
): CapacityReport {
  const hops = hopsOf(config, load);
  const { hop, carries } = bottleneckOf(hops);
  const { config: next, changes, tooSmall } = enlarge(config, load);
  const now = priceAt(config, load, templatesOf);
  const changed = changes.length === 0 ? now : priceAt(next, load, templatesOf);
  const quotaVcpu = next.spark ? (1 + next.spark.executors) * next.spark.workerVcpu : 0;
  return {
    env: config.name,
    postsPerSecond: load.postsPerSecond,
    batchSize: load.batchSize,
    keptDays: load.keptDays,
    hops,
    bottleneck: { hop, carries },
    carries: carries >= load.postsPerSecond,
    changes,
    tooSmall,
    usdPerMonth: { now: now.usd, changed: changed.usd, notCounted: changed.notCounted },
    ...(quotaVcpu > LIMITS['emr-serverless/account-vcpu']!.value && { quotaVcpu }),
    limits: limitsOf(hops),
    sources: LIMIT_SOURCES,
  };
}

/** What the environment costs at this rate all day, with runs of Spark as long as they then take. */
function priceAt(
  config: EnvironmentConfig,
  load: Load,
  templatesOf: (config: EnvironmentConfig) => StackTemplate[],
): { usd: number; notCounted: number } {
  const traffic = { postsPerDay: load.postsPerSecond * 86_400, batchSize: load.batchSize };
  const { usdPerMonth, notCounted } = costOf(config, templatesOf(config), traffic);
  const { spark } = config;
  if (!spark) return { usd: usdPerMonth, notCounted };
  const cores = spark.executors * spark.workerVcpu;
  const period = SCHEDULES[spark.schedule].minutes * 60;
  // A run that takes longer than the time between two of them works all day.
  const seconds = Math.min(period, secondsPerRun({ ...spark, cores }, load));
  const moreHours = ((HOURS_PER_MONTH * 3600) / period) * (seconds / 3600 - MINUTES_PER_RUN / 60);
  const perHour =
    spark.workerVcpu * priceOf(`emr-serverless/vcpu-${spark.architecture}`).usd +
    spark.workerMemoryGiB * priceOf(`emr-serverless/memory-${spark.architecture}`).usd;
  return { usd: usdPerMonth + moreHours * (1 + spark.executors) * perHour, notCounted };
}

function limitsOf(hops: readonly HopReport[]): UsedLimit[] {
  return [...new Set(hops.flatMap(({ limits }) => limits))].map((name) => {
    const [kind, size = ''] = name.split(' ');
    if (kind === 'broker' || kind === 'machine') {
      const known = (kind === 'broker' ? BROKERS : MACHINES)[size];
      const numbers = Object.entries(known ?? {}).filter(([key]) => key !== 'source');
      const is =
        numbers.map(([key, value]) => `${key} ${value}`).join(', ') || 'not known here, so taken to carry nothing';
      return { name, is, source: known?.source ?? '' };
    }
    const { value, unit, source } = LIMITS[name]!;
    return { name, is: `${value.toLocaleString('en', { maximumSignificantDigits: 9 })} ${unit}`, source };
  });
}
