import type { Value } from './values';

/** A Java method. Gives undefined for arguments whose result in Java is not written here. */
export type Method<Target> = (target: Target, args: readonly Value[]) => Value | undefined;
export type Methods<Target> = ReadonlyMap<string, Method<Target>>;

/** Methods of the Java class that are not written here. A call fails with an error instead of printing nothing. */
export const notWritten = (...names: readonly string[]): readonly (readonly [string, () => undefined])[] =>
  names.map((name) => [name, () => undefined]);
