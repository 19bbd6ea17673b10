import { isSame, VelocityList } from './collections';
import { type Method, type Methods, notWritten } from './method';
import { intOf, TemplateError, type Value } from './values';

const ofNothing =
  (method: (target: VelocityList) => Value): Method<VelocityList> =>
  (target, args) =>
    args.length === 0 ? method(target) : undefined;

const ofOne =
  (method: (target: VelocityList, argument: Value) => Value | undefined): Method<VelocityList> =>
  (target, args) =>
    args.length === 1 ? method(target, args[0] ?? null) : undefined;

function checkIndex(list: VelocityList, index: number, size = list.size): number {
  if (index >= 0 && index < size) return index;
  throw new TemplateError(`IndexOutOfBoundsException: index ${index} of a list of ${list.size}`);
}

const indexOf = (list: VelocityList, value: Value): number =>
  list.values.findIndex((element) => isSame(element, value));

/** `remove`: by index for a whole number, else by value, as Java's two methods of that name do. */
function remove(list: VelocityList, argument: Value): Value {
  const index = intOf(argument);
  if (index !== undefined) return list.values.splice(checkIndex(list, index), 1)[0] ?? null;
  const found = indexOf(list, argument);
  if (found >= 0) list.values.splice(found, 1);
  return found >= 0;
}

const add: Method<VelocityList> = (list, args) => {
  if (args.length === 1) {
    list.values.push(args[0] ?? null);
    return true;
  }
  const index = intOf(args[0]);
  if (index === undefined || args.length !== 2) return undefined;
  list.values.splice(checkIndex(list, index, list.size + 1), 0, args[1] ?? null);
  return null;
};

const set: Method<VelocityList> = (list, args) => {
  const index = intOf(args[0]);
  if (index === undefined || args.length !== 2) return undefined;
  const { values } = list;
  const before = values[checkIndex(list, index)] ?? null;
  values[index] = args[1] ?? null;
  return before;
};

const subList: Method<VelocityList> = (list, args) => {
  const from = intOf(args[0]);
  const to = intOf(args[1]);
  if (from === undefined || to === undefined || args.length !== 2) return undefined;
  checkIndex(list, from, list.size + 1);
  checkIndex(list, to, list.size + 1);
  if (from > to) throw new TemplateError(`IllegalArgumentException: fromIndex(${from}) > toIndex(${to})`);
  return new VelocityList(list.values.slice(from, to));
};

export const LIST_METHODS: Methods<VelocityList> = new Map<string, Method<VelocityList>>([
  ['add', add],
  [
    'addAll',
    ofOne((list, other) => {
      if (!(other instanceof VelocityList)) return undefined;
      const added = [...other.values];
      for (const value of added) list.values.push(value);
      return added.length > 0;
    }),
  ],
  [
    'clear',
    ofNothing((list) => {
      list.values.length = 0;
      return null;
    }),
  ],
  ['contains', ofOne((list, value) => indexOf(list, value) >= 0)],
  [
    'containsAll',
    ofOne((list, other) =>
      other instanceof VelocityList ? other.values.every((value) => indexOf(list, value) >= 0) : undefined,
    ),
  ],
  ['equals', ofOne((list, other) => isSame(list, other))],
  [
    'get',
    ofOne((list, argument) => {
      const index = intOf(argument);
      if (index === undefined) return undefined;
      return list.values[checkIndex(list, index)] ?? null;
    }),
  ],
  ['indexOf', ofOne((list, value) => BigInt(indexOf(list, value)))],
  ['isEmpty', ofNothing((list) => list.size === 0)],
  ['lastIndexOf', ofOne((list, value) => BigInt(list.values.findLastIndex((element) => isSame(element, value))))],
  ['remove', ofOne(remove)],
  ['set', set],
  ['size', ofNothing((list) => BigInt(list.size))],
  ['subList', subList],
  ['toString', ofNothing((list) => list.toString())],
  ...notWritten('hashCode', 'replaceAll'),
]);
