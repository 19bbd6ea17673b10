import { VelocityList, VelocityMap } from './collections';
import { LIST_METHODS } from './list-methods';
import { MAP_METHODS } from './map-methods';
import { BOOLEAN_METHODS, NUMBER_METHODS } from './number-methods';
import { STRING_METHODS } from './string-methods';
import { isText, Scope, textOf, type Value } from './values';

/** Calls a method as Java would find it; null, which prints nothing, if there is none. */
export function callMethod(target: Value, name: string, args: readonly Value[]): Value {
  if (target === null) return null;
  if (isText(target)) return STRING_METHODS.get(name)?.(textOf(target), args) ?? null;
  if (target instanceof Scope) return target.method(name, args) ?? null;
  if (target instanceof VelocityList) return LIST_METHODS.get(name)?.(target, args) ?? null;
  if (target instanceof VelocityMap) return MAP_METHODS.get(name)?.(target, args) ?? null;
  if (typeof target === 'boolean') return BOOLEAN_METHODS.get(name)?.(target, args) ?? null;
  return NUMBER_METHODS.get(name)?.(target, args) ?? null;
}

/** `$x.name`: an entry of a map, or what `getName()` or `isName()` would give. */
export function readProperty(target: Value, name: string): Value {
  if (target instanceof VelocityMap) return target.get(name) ?? null;
  if (target instanceof Scope) return target.property(name) ?? null;
  if (name === 'empty' && (isText(target) || target instanceof VelocityList)) return callMethod(target, 'isEmpty', []);
  return null;
}

/** `$x[index]`. A negative index counts from the end, which `get` does not take. */
export function readIndex(target: Value, index: Value): Value {
  if (target instanceof VelocityList) {
    const isFromEnd = typeof index === 'bigint' && index < 0n;
    return callMethod(target, 'get', [isFromEnd ? index + BigInt(target.size) : index]);
  }
  if (target instanceof VelocityMap) return target.get(textOf(index)) ?? null;
  if (target instanceof Scope) return target.property(textOf(index)) ?? null;
  return null;
}

/** Whether any kind of value has a method of that name: one that none has is a mistake in the template. */
export function isKnownMethod(name: string): boolean {
  return [STRING_METHODS, LIST_METHODS, MAP_METHODS, NUMBER_METHODS, BOOLEAN_METHODS].some((methods) =>
    methods.has(name),
  );
}
