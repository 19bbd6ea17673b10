import type { Value } from './values';

/** A Java method; undefined if it is not known here what Java makes of these arguments. */
export type Method<Target> = (target: Target, args: readonly Value[]) => Value | undefined;
export type Methods<Target> = ReadonlyMap<string, Method<Target>>;

/** Methods that the Java class has and that are not written here, so that calling them is refused rather than passed over. */
export const notWritten = (...names: readonly string[]): readonly (readonly [string, () => undefined])[] =>
  names.map((name) => [name, () => undefined]);
