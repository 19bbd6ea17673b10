import { processorOf } from '../../config/machine-images';

import { BROKERS, limitOf, MACHINES } from '../../local/limits';
import { findPrice } from '../cost/price-table';
import { bytesPerPost, type Hop, heaviest, RECORDS_PER_POST, REQUESTS_PER_POST } from './load';
import { megabytes, whole } from './words';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const MOST_MACHINES = 10;
const MOST_BROKERS_PER_ZONE = 20;

/** The stage of the API, which both layers' requests pass. */
export const api: Hop = {
  name: 'API',
  beyond: `an account takes ${whole(limitOf('api-gateway/account-rate'))} requests/s in a region until AWS raises it; send more records in a request (--batch-size)`,
  look: ({ api: { requestsPerSecond } }, load) => ({
    gives: `${whole(requestsPerSecond)} requests/s`,
    needs: `${whole(load.postsPerSecond * REQUESTS_PER_POST(load))} requests/s`,
    carries: requestsPerSecond / REQUESTS_PER_POST(load),
    limits: ['api-gateway/account-rate'],
  }),
  *enlarge(_, load) {
    const needed = Math.ceil(load.postsPerSecond * REQUESTS_PER_POST(load));
    if (needed <= limitOf('api-gateway/account-rate')) yield [{ setting: 'api.requestsPerSecond', to: needed }];
  },
};

/** The machines that run the Kafka REST proxy: of both layers' records they see the batch layer's. */
export const proxy: Hop = {
  name: 'REST proxy',
  beyond:
    'ten machines of the sizes with a price are the most that a file takes; send more records in a request (--batch-size)',
  look: ({ kafkaClient: { instanceType, instances } }, load) => {
    const machine = MACHINES[instanceType];
    const perPost = (RECORDS_PER_POST / load.batchSize) * cpuPerRequest(load.batchSize);
    const vcpu = instances * (machine?.vcpu ?? 0);
    return {
      gives: `${instances} × ${instanceType}${machine ? ` = ${vcpu.toLocaleString('en')} vCPU` : ', whose size is not known here'}`,
      needs: `${(load.postsPerSecond * perPost).toLocaleString('en', { maximumFractionDigits: 2 })} vCPU`,
      carries: Math.min(vcpu / perPost, (instances * (machine?.networkMiB ?? 0) * MIB) / bytesPerPost(load)),
      limits: ['rest-proxy/cpu-per-request', 'rest-proxy/cpu-per-record', `machine ${instanceType}`],
    };
  },
  *enlarge({ kafkaClient: { instanceType, instances } }) {
    const sizes = Object.keys(MACHINES).filter((size) => processorOf(size) === processorOf(instanceType));
    yield* byPrice(sizes, instanceType, 'ec2/', instances, MOST_MACHINES, 1).map(({ size, count }) => [
      ...(size === instanceType ? [] : [{ setting: 'kafkaClient.instanceType', to: size }]),
      ...(count === instances ? [] : [{ setting: 'kafkaClient.instances', to: count }]),
    ]);
  },
};

function cpuPerRequest(records: number): number {
  return limitOf('rest-proxy/cpu-per-request') + records * limitOf('rest-proxy/cpu-per-record');
}

/** What brokers take in, write to their disks, copy to one another and give to the sink. */
export const brokers: Hop = {
  name: 'brokers',
  beyond: 'the largest brokers of the table, twenty in a zone, are the most that a file takes',
  look: ({ kafka, network }, load) => {
    const count = kafka.brokersPerZone * network.availabilityZones.length;
    const broker = BROKERS[kafka.instanceType];
    const disk = (broker?.diskMiB ?? Infinity) / limitOf('msk/disk-writes-per-byte');
    // One reader: the sink.
    const perByte = limitOf('msk/network-per-byte') + limitOf('msk/network-per-byte-read');
    const mib = count * Math.min(disk, (broker?.networkMiB ?? 0) / perByte) * limitOf('msk/broker-use');
    const copies = (RECORDS_PER_POST * kafka.partitions * kafka.replicationFactor) / count;
    const isCrowded = copies > (broker?.partitions ?? 0);
    return {
      gives: isCrowded
        ? `${whole(copies)} partitions on a broker, above the ${broker?.partitions ?? 0} advised`
        : `${count} × ${kafka.instanceType} = ${megabytes(mib * MIB)} in`,
      needs: `${megabytes(load.postsPerSecond * bytesPerPost(load))} in`,
      carries: isCrowded ? 0 : (mib * MIB) / bytesPerPost(load),
      limits: [
        'msk/disk-writes-per-byte',
        'msk/network-per-byte',
        'msk/network-per-byte-read',
        'msk/broker-use',
        `broker ${kafka.instanceType}`,
      ],
    };
  },
  *enlarge({ kafka: { instanceType, brokersPerZone }, network }) {
    const zones = network.availabilityZones.length;
    yield* byPrice(Object.keys(BROKERS), instanceType, 'msk/', brokersPerZone, MOST_BROKERS_PER_ZONE, zones).map(
      ({ size, count }) => [
        ...(size === instanceType ? [] : [{ setting: 'kafka.instanceType', to: size }]),
        ...(count === brokersPerZone ? [] : [{ setting: 'kafka.brokersPerZone', to: count }]),
      ],
    );
  },
};

/** What brokers keep until it is too old. */
export const disks: Hop = {
  name: "brokers' disks",
  beyond: 'keep records for fewer hours (kafka.retentionHours): a disk has 16,384 GiB at most',
  look: ({ kafka, network }, load) => {
    const count = kafka.brokersPerZone * network.availabilityZones.length;
    const keptBytes = bytesPerPost(load) * kafka.retentionHours * 3600 * kafka.replicationFactor;
    const room = count * kafka.volumeGiB * GIB * limitOf('msk/disk-use');
    return {
      gives: `${count} × ${whole(kafka.volumeGiB)} GiB for ${kafka.retentionHours} h, ${kafka.replicationFactor} copies`,
      needs: `${count} × ${whole(Math.ceil((load.postsPerSecond * keptBytes) / count / GIB / limitOf('msk/disk-use')))} GiB`,
      carries: room / keptBytes,
      limits: ['msk/disk-use'],
    };
  },
  *enlarge({ kafka, network }, load) {
    const zones = network.availabilityZones.length;
    const kept = load.postsPerSecond * bytesPerPost(load) * kafka.retentionHours * 3600 * kafka.replicationFactor;
    for (let perZone = kafka.brokersPerZone; perZone <= MOST_BROKERS_PER_ZONE; perZone++) {
      const gib = Math.ceil(kept / (perZone * zones) / GIB / limitOf('msk/disk-use') / 10) * 10;
      yield [
        ...(perZone === kafka.brokersPerZone ? [] : [{ setting: 'kafka.brokersPerZone', to: perZone }]),
        { setting: 'kafka.volumeGiB', to: Math.max(gib, kafka.volumeGiB) },
      ];
    }
  },
};

/** The partitions of the topic that weighs most. */
export const partitions: Hop = {
  name: 'partitions',
  beyond: 'a topic has 200 partitions at most here',
  look: ({ kafka }, load) => ({
    gives: `${kafka.partitions} of each topic = ${megabytes(kafka.partitions * limitOf('kafka/partition-bytes-in'))}`,
    needs: `${megabytes(load.postsPerSecond * heaviest(load))} into the heaviest topic`,
    carries: (kafka.partitions * limitOf('kafka/partition-bytes-in')) / heaviest(load),
    limits: ['kafka/partition-bytes-in'],
  }),
  *enlarge(_, load) {
    const to = Math.ceil((load.postsPerSecond * heaviest(load)) / limitOf('kafka/partition-bytes-in'));
    yield [{ setting: 'kafka.partitions', to }];
  },
};

/** Sizes that work at a fifth of their speed when they have been busy for long: good where they are, never the answer to load. */
const BURSTABLE = /^(kafka\.)?t\d/;
/** Two sums of one amount are one price. */
const cents = (usd: number) => Math.round(usd * 1e6) / 1e6;

/** Sizes and numbers that have a price, the cheapest first; at one price the fewest. */
function byPrice(
  sizes: readonly string[],
  current: string,
  prefix: string,
  least: number,
  most: number,
  perCount: number,
): { readonly size: string; readonly count: number }[] {
  return sizes
    .filter((size) => size === current || !BURSTABLE.test(size))
    .flatMap((size) => {
      const usd = findPrice(`${prefix}${size}`)?.usd;
      if (usd === undefined) return [];
      return Array.from({ length: most - least + 1 }, (_, more) => ({
        size,
        count: least + more,
        usd: cents(usd * (least + more) * perCount),
      }));
    })
    .sort((one, other) => one.usd - other.usd || one.count - other.count);
}
