import type { Value } from './values';

/** A Java method; undefined if Java has none that takes these arguments. */
export type Method<Target> = (target: Target, args: readonly Value[]) => Value | undefined;
export type Methods<Target> = ReadonlyMap<string, Method<Target>>;
