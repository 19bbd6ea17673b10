import { isSame, VelocityEntry, VelocityMap, VelocityView } from './collections';
import { type Method, type Methods, notWritten } from './method';
import { textOf, type Value } from './values';

/** A method with exactly `count` arguments. */
const withArguments =
  (count: number, method: (map: VelocityMap, first: Value, second: Value) => Value | undefined): Method<VelocityMap> =>
  (map, args) =>
    args.length === count ? method(map, args[0] ?? null, args[1] ?? null) : undefined;

export const MAP_METHODS: Methods<VelocityMap> = new Map<string, Method<VelocityMap>>([
  [
    'clear',
    withArguments(0, (map) => {
      map.entries.clear();
      return null;
    }),
  ],
  ['containsKey', withArguments(1, (map, key) => map.get(textOf(key)) !== undefined)],
  ['containsValue', withArguments(1, (map, value) => [...map.entries.values()].some((held) => isSame(held, value)))],
  [
    'entrySet',
    withArguments(0, (map) => new VelocityView([...map.entries].map(([key, value]) => new VelocityEntry(key, value)))),
  ],
  ['equals', withArguments(1, (map, other) => isSame(map, other))],
  ['get', withArguments(1, (map, key) => map.get(textOf(key)) ?? null)],
  [
    'getOrDefault',
    withArguments(2, (map, key, otherwise) => {
      const held = map.get(textOf(key));
      return held === undefined ? otherwise : held;
    }),
  ],
  ['isEmpty', withArguments(0, (map) => map.entries.size === 0)],
  ['keySet', withArguments(0, (map) => new VelocityView([...map.entries.keys()]))],
  [
    'put',
    withArguments(2, (map, key, value) => {
      const name = textOf(key);
      const before = map.entries.get(name) ?? null;
      map.entries.set(name, value);
      return before;
    }),
  ],
  [
    'putAll',
    withArguments(1, (map, other) => {
      if (!(other instanceof VelocityMap)) return undefined;
      for (const [key, value] of [...other.entries]) map.entries.set(key, value);
      return null;
    }),
  ],
  [
    'putIfAbsent',
    withArguments(2, (map, key, value) => {
      const name = textOf(key);
      const before = map.entries.get(name) ?? null;
      if (before === null) map.entries.set(name, value);
      return before;
    }),
  ],
  [
    'remove',
    withArguments(1, (map, key) => {
      const name = textOf(key);
      const before = map.entries.get(name) ?? null;
      map.entries.delete(name);
      return before;
    }),
  ],
  [
    'replace',
    withArguments(2, (map, key, value) => {
      const name = textOf(key);
      const before = map.entries.get(name);
      if (before !== undefined) map.entries.set(name, value);
      return before ?? null;
    }),
  ],
  ['size', withArguments(0, (map) => BigInt(map.entries.size))],
  ['toString', withArguments(0, (map) => map.toString())],
  ['values', withArguments(0, (map) => new VelocityView([...map.entries.values()]))],
  ...notWritten('hashCode', 'replaceAll'),
]);
