import table from './limits.json';

/** How much of something a service, a machine or a program of the cloud takes, in whose words, and of when. */
export interface Limit {
  readonly value: number;
  readonly unit: string;
  /** Letter under which `LIMIT_SOURCES` says who said so, and when. */
  readonly source: string;
}

/** What one broker of a size can do in a second. */
export interface BrokerLimits {
  /** MiB that its disk writes without provisioned throughput, which no file here asks for; left out, the network is what limits it. */
  readonly diskMiB?: number;
  readonly networkMiB: number;
  /** Copies of partitions that AWS advises at most. */
  readonly partitions: number;
  readonly source: string;
}

/** What one machine of a size can do all day; what a burstable one does for minutes is more. */
export interface MachineLimits {
  readonly vcpu: number;
  readonly networkMiB: number;
  readonly source: string;
}

export const LIMIT_SOURCES: Readonly<Record<string, { readonly who: string; readonly date: string }>> = table.sources;
export const LIMITS: Readonly<Record<string, Limit>> = table.limits;
export const BROKERS: Readonly<Record<string, BrokerLimits>> = table.brokers;
export const MACHINES: Readonly<Record<string, MachineLimits>> = table.machines;

/** @throws Error when the table has no limit of this name */
export function limitOf(name: string): number {
  const limit = LIMITS[name];
  if (limit === undefined) throw new Error(`local/limits/limits.json has no limit '${name}'`);
  return limit.value;
}
