import { DATASETS, LAYERS } from '@pipeline/datasets/schema';
import { tasksLeftOut } from '../../config/kafka-settings';
import { SCHEDULE_NAMES, SCHEDULES } from '../../config/schedules';
import type { EnvironmentConfig } from '../../config/schema';
import { limitOf } from '../../local/limits';
import { bytesPerPost, type Change, type Hop, heaviest, type Load, type Look, RECORDS_PER_POST } from './load';
import { megabytes, whole } from './words';

const UNITS = [1, 2, 4, 8] as const;
const MOST_WORKERS = 10;
const MOST_SHARDS = 500;
const MOST_EXECUTORS = 50;
const MOST_VCPU = 400;
const WORKER_VCPU = [1, 2, 4, 8, 16] as const;
const SECONDS_PER_DAY = 86_400;

/** The connector: its tasks, which share the partitions, on the units of its workers. */
export const sink: Hop = {
  name: 'S3 sink',
  beyond: 'ten workers of eight units, with a task for each partition, are the most that a file takes',
  look: (config, load) => {
    const { tasks, units } = sinkOf(config);
    return {
      gives: `${tasks} tasks on ${units} units`,
      needs: `${megabytes(load.postsPerSecond * bytesPerPost(load))} to S3`,
      carries:
        Math.min(tasks * limitOf('msk-connect/bytes-per-task'), units * limitOf('msk-connect/bytes-per-unit')) /
        bytesPerPost(load),
      limits: ['msk-connect/bytes-per-task', 'msk-connect/bytes-per-unit'],
    };
  },
  *enlarge(config, load) {
    const { capacity } = config.s3Sink;
    const bytes = load.postsPerSecond * bytesPerPost(load);
    const tasks = Math.max(tasksOf(config), Math.ceil(bytes / limitOf('msk-connect/bytes-per-task')));
    const partitions = Math.max(config.kafka.partitions, Math.ceil(tasks / DATASETS.length));
    const isScaling = 'maxWorkers' in capacity;
    const workers = isScaling ? capacity.maxWorkers : capacity.workers;
    const sizes = UNITS.filter((mcu) => mcu >= capacity.mcu).flatMap((mcu) =>
      Array.from({ length: MOST_WORKERS - workers + 1 }, (_, more) => ({ mcu, workers: workers + more })),
    );
    sizes.sort((one, other) => one.mcu * one.workers - other.mcu * other.workers || one.mcu - other.mcu);
    for (const size of sizes) {
      const settings: readonly (readonly [string, number, number])[] = [
        ['kafka.partitions', config.kafka.partitions, partitions],
        ['s3Sink.tasks', tasksOf(config), tasks],
        ['s3Sink.capacity.mcu', capacity.mcu, size.mcu],
        [`s3Sink.capacity.${isScaling ? 'maxWorkers' : 'workers'}`, workers, size.workers],
      ];
      yield settings.filter(([, is, to]) => is !== to).map(([setting, , to]) => ({ setting, to }));
    }
  },
};

function tasksOf({ kafka, s3Sink }: EnvironmentConfig): number {
  return s3Sink.tasks ?? tasksLeftOut(kafka.instanceType);
}

function sinkOf(config: EnvironmentConfig): { tasks: number; units: number } {
  const { capacity } = config.s3Sink;
  const workers = 'maxWorkers' in capacity ? capacity.maxWorkers : capacity.workers;
  return { tasks: Math.min(tasksOf(config), config.kafka.partitions * DATASETS.length), units: capacity.mcu * workers };
}

/** The stream that weighs most. */
export const shards: Hop = {
  name: 'shards',
  beyond:
    'AWS raises what a stream on demand takes when it is asked; one stream for all (streams.layout: shared) is bound by its busiest shard',
  look: ({ streams }, load) => {
    if (streams.layout === 'shared') return sharedStream(load);
    const perShard = shardCarries(load);
    if (streams.mode === 'on-demand') {
      const bytes = limitOf('kinesis/on-demand-bytes-in');
      const records = limitOf('kinesis/on-demand-records-in');
      return {
        gives: `on demand: ${megabytes(bytes)} or ${whole(records)} records/s`,
        needs: `${megabytes(load.postsPerSecond * heaviest(load))}, ${whole(load.postsPerSecond)} records/s`,
        carries: Math.min(bytes / heaviest(load), records),
        limits: ['kinesis/on-demand-bytes-in', 'kinesis/on-demand-records-in'],
      };
    }
    return {
      gives: `${streams.shards} of each stream`,
      needs: `${whole(Math.ceil(load.postsPerSecond / perShard))} of the heaviest`,
      carries: streams.shards! * perShard,
      limits: ['kinesis/shard-records-in', 'kinesis/shard-bytes-in', 'kinesis/shard-use'],
    };
  },
  *enlarge({ streams }, load) {
    // A key stays in one shard, however many there are.
    if (streams.layout === 'shared' || streams.mode === 'on-demand') return;
    const to = Math.ceil(load.postsPerSecond / shardCarries(load));
    if (to <= MOST_SHARDS) yield [{ setting: 'streams.shards', to }];
  },
};

/** Three keys for all records: at worst they fall into one shard, which then takes every record of a post. */
function sharedStream(load: Load): Look {
  const bytes = limitOf('kinesis/shard-bytes-in') / bytesPerPost(load);
  const records = limitOf('kinesis/shard-records-in') / RECORDS_PER_POST;
  return {
    gives: 'one key for each dataset, at worst in one shard',
    needs: `${megabytes(load.postsPerSecond * bytesPerPost(load))}, ${whole(load.postsPerSecond * RECORDS_PER_POST)} records/s`,
    carries: Math.min(records, bytes) * limitOf('kinesis/shard-use'),
    limits: ['kinesis/shard-records-in', 'kinesis/shard-bytes-in', 'kinesis/shard-use'],
  };
}

function shardCarries(load: Load): number {
  const bytes = limitOf('kinesis/shard-bytes-in') / heaviest(load);
  return Math.min(limitOf('kinesis/shard-records-in'), bytes) * limitOf('kinesis/shard-use');
}

/** A run of Spark: it takes in what has come since the last one, then answers anew over all that is kept, and must end before the next. */
export const spark: Hop = {
  name: 'Spark',
  beyond: 'fifty executors of sixteen vCPU, and a run a day, are the most that a file takes; keep fewer days',
  look: ({ spark: settings }, load) => {
    if (!settings) return undefined;
    const cores = settings.executors * settings.workerVcpu;
    const { minutes } = SCHEDULES[settings.schedule];
    const seconds = secondsPerRun({ ...settings, cores }, load);
    return {
      gives: `${cores} vCPU of executors, ${settings.schedule}`,
      needs: `runs of ${whole(Math.ceil(seconds / 60))} minutes`,
      carries: runCarries(minutes, cores, settings.continuous, load),
      limits: ['spark/seconds-per-run', 'spark/cpu-per-record', 'spark/cpu-per-kept-post', 'spark/period-use'],
    };
  },
  *enlarge({ spark: settings }) {
    if (!settings) return;
    const { minutes } = SCHEDULES[settings.schedule];
    // More processors work for less long at one price, so their number counts only as a quota; a rarer run is the last resort.
    for (const schedule of SCHEDULE_NAMES.filter((name) => SCHEDULES[name].minutes >= minutes)) {
      const sizes = WORKER_VCPU.filter((vcpu) => vcpu >= settings.workerVcpu).flatMap((workerVcpu) =>
        Array.from({ length: MOST_EXECUTORS - settings.executors + 1 }, (_, more) => ({
          workerVcpu,
          executors: settings.executors + more,
          all: workerVcpu * (1 + settings.executors + more),
        })),
      );
      sizes.sort((one, other) => one.all - other.all || one.workerVcpu - other.workerVcpu);
      for (const { workerVcpu, executors, all } of sizes) {
        if (all > MOST_VCPU) continue;
        // A processor keeps its share of memory: what rows take grows with what works on them at once.
        const memory = (settings.workerMemoryGiB / settings.workerVcpu) * workerVcpu;
        const changes: (Change & { readonly is: unknown })[] = [
          { setting: 'spark.schedule', is: settings.schedule, to: schedule },
          { setting: 'spark.workerVcpu', is: settings.workerVcpu, to: workerVcpu },
          { setting: 'spark.workerMemoryGiB', is: settings.workerMemoryGiB, to: memory },
          { setting: 'spark.executors', is: settings.executors, to: executors },
          { setting: 'spark.maximumVcpu', is: settings.maximumVcpu, to: Math.max(settings.maximumVcpu, all) },
        ];
        yield changes.filter(({ is, to }) => is !== to).map(({ setting, to }) => ({ setting, to }));
      }
    }
  },
};

interface Cores {
  readonly schedule: keyof typeof SCHEDULES;
  readonly cores: number;
  readonly continuous: boolean;
}

/** How long a run works at this load. */
export function secondsPerRun({ schedule, cores, continuous }: Cores, load: Load): number {
  const period = SCHEDULES[schedule].minutes * 60;
  return limitOf('spark/seconds-per-run') + (load.postsPerSecond * cpuPerPost(period, continuous, load)) / cores;
}

/** vCPU-seconds that a run spends for each post that comes in a second: those of its period, and those that are kept. */
function cpuPerPost(periodSeconds: number, continuous: boolean, { keptDays }: Load): number {
  const layers = continuous ? LAYERS.length - 1 : LAYERS.length;
  const takenIn = periodSeconds * RECORDS_PER_POST * layers * limitOf('spark/cpu-per-record');
  return takenIn + keptDays * SECONDS_PER_DAY * limitOf('spark/cpu-per-kept-post');
}

function runCarries(minutes: number, cores: number, continuous: boolean, load: Load): number {
  const room = minutes * 60 * limitOf('spark/period-use') - limitOf('spark/seconds-per-run');
  return Math.max(0, (room * cores) / cpuPerPost(minutes * 60, continuous, load));
}
