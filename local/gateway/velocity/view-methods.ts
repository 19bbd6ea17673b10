import type { VelocityView } from './collections';
import { LIST_METHODS } from './list-methods';
import { type Method, type Methods, notWritten } from './method';

const READING = ['contains', 'containsAll', 'isEmpty', 'size', 'toString'];

/** Methods of the results of `keySet()`, `values()` and `entrySet()`. Methods that change the map, such as `remove`, are not written here. */
export const VIEW_METHODS: Methods<VelocityView> = new Map<string, Method<VelocityView>>([
  ...[...LIST_METHODS].filter(([name]) => READING.includes(name)),
  ...notWritten('add', 'addAll', 'clear', 'equals', 'hashCode', 'remove'),
]);
