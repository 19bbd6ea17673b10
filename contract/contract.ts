import type { WireAnswer } from './wire';

/** The endpoints that the suite checks, and how they run. */
export interface Target {
  /** The API with its stage; ends in '/'. */
  readonly gateway?: URL;
  /** A Kafka REST proxy. */
  readonly proxy?: URL;
  /** A Kinesis endpoint. */
  readonly kinesis?: URL;
  /** User id in the names of the environment's topics and streams. */
  readonly userId: string;
  /** `iam` when the gateway requires signatures. */
  readonly auth: 'none' | 'iam';
  /** `aws` when stage and shards throttle. */
  readonly limits: 'off' | 'aws';
}

/** A check of one promise. When the promise does not hold, `run` throws an AssertionError with the actual answer. */
export interface Case {
  /** Id of a promise in conformance.json. */
  readonly id: string;
  readonly title: string;
  readonly needs: readonly ('gateway' | 'proxy' | 'kinesis')[];
  /** Runs only for a target that throttles, or that requires signatures. */
  readonly only?: { readonly auth?: 'none' | 'iam'; readonly limits?: 'aws' };
  readonly run: (target: Target) => Promise<void>;
}

/** Why a case does not apply to a target; undefined when it does. */
export function whyNot({ needs, only }: Case, target: Target): string | undefined {
  const missing = needs.find((place) => !target[place]);
  if (missing) return `no --${missing} was given`;
  if (only?.auth && only.auth !== target.auth) return `needs --auth ${only.auth}`;
  if (only?.limits && only.limits !== target.limits) return `needs --limits ${only.limits}`;
  return undefined;
}

/** The address of `path` below a target's URL. */
export function at(base: URL | undefined, path: string): URL {
  return new URL(path.replace(/^\//, ''), base);
}

/** A new name: no other run uses it. */
export function fresh(prefix: string): string {
  return `${prefix}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`;
}

/** Status and body in one value, for a comparison that shows both. */
export function statusAndText({ status, text }: WireAnswer): { status: number; text: string } {
  return { status, text };
}
