import { VelocityList, VelocityMap, VelocityView } from './collections';
import { LIST_METHODS } from './list-methods';
import { MAP_METHODS } from './map-methods';
import type { Methods } from './method';
import { BOOLEAN_METHODS, DOUBLE_PROPERTIES, NUMBER_METHODS } from './number-methods';
import { STRING_METHODS } from './string-methods';
import { isText, Scope, TemplateError, textOf, type Value } from './values';
import { VIEW_METHODS } from './view-methods';

/**
 * Calls a method of a value, as Java would. Gives null, which prints nothing, when the value's class has no method of that name.
 * Throws when the class has the method but it is not written here for these arguments.
 */
export function callMethod(target: Value, name: string, args: readonly Value[]): Value {
  if (target === null) return null;
  if (isText(target)) return call('String', STRING_METHODS, textOf(target), name, args);
  if (target instanceof Scope) return target.method(name, args) ?? null;
  if (target instanceof VelocityView) return call('Collection', VIEW_METHODS, target, name, args);
  if (target instanceof VelocityList) return call('List', LIST_METHODS, target, name, args);
  if (target instanceof VelocityMap) return call('Map', MAP_METHODS, target, name, args);
  if (typeof target === 'boolean') return call('Boolean', BOOLEAN_METHODS, target, name, args);
  return call('Number', NUMBER_METHODS, target, name, args);
}

function call<Target>(
  className: string,
  methods: Methods<Target>,
  target: Target,
  name: string,
  args: readonly Value[],
): Value {
  const method = methods.get(name);
  if (method === undefined) return null;
  const result = method(target, args);
  if (result !== undefined) return result;
  const given = args.map((arg) => (arg === null ? 'null' : typeof arg === 'object' ? 'an object' : textOf(arg)));
  throw new TemplateError(`${className}.${name}(${given.join(', ')}) is not supported with these arguments`);
}

/** `$x.name`: an entry of a map, or what `getName()` or `isName()` would give. */
export function readProperty(target: Value, name: string): Value {
  if (target instanceof VelocityMap) return target.get(name) ?? null;
  if (target instanceof Scope) return target.property(name) ?? null;
  if (name === 'empty' && (isText(target) || target instanceof VelocityList)) return callMethod(target, 'isEmpty', []);
  if (isText(target)) {
    if (name === 'bytes') return callMethod(target, 'getBytes', []);
    if (name === 'blank') throw new TemplateError('String.blank is not supported: old versions of Java do not have it');
  }
  return typeof target === 'number' ? (DOUBLE_PROPERTIES.get(name)?.(target) ?? null) : null;
}

/** `$x[index]`. A negative index counts from the end, which `get` does not take. */
export function readIndex(target: Value, index: Value): Value {
  const isFromEnd = typeof index === 'bigint' && index < 0n;
  if (target instanceof VelocityList)
    return typeof index === 'bigint'
      ? callMethod(target, 'get', [isFromEnd ? index + BigInt(target.size) : index])
      : null;
  if (target instanceof VelocityMap) return target.get(textOf(index)) ?? null;
  if (target instanceof Scope) return target.property(textOf(index)) ?? null;
  if (isFromEnd && target !== null) throw new TemplateError(`only a list is counted from its end, got [${index}]`);
  return null;
}

/** Whether a value of any type has a method of that name. */
export function isKnownMethod(name: string): boolean {
  return [STRING_METHODS, LIST_METHODS, MAP_METHODS, VIEW_METHODS, NUMBER_METHODS, BOOLEAN_METHODS].some((methods) =>
    methods.has(name),
  );
}
