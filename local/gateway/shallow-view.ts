import type { JsonNode } from '../json';
import { isProperties, type Properties } from './template';

/** Keywords that check only the type of a value, not its members. */
const LOOKS_AT_TYPE_ONLY = new Set(['$schema', 'default', 'description', 'title', 'type', 'id']);
const OBJECT_KEYWORDS = new Set(['additionalProperties', 'maxProperties', 'minProperties', 'properties', 'required']);
const ARRAY_KEYWORDS = new Set(['items', 'maxItems', 'minItems']);
const SCALAR_KEYWORDS = new Set([
  'exclusiveMaximum',
  'exclusiveMinimum',
  'format',
  'maximum',
  'maxLength',
  'minimum',
  'minLength',
  'multipleOf',
  'pattern',
]);

/** Makes a plain value from a node. */
type View = (node: JsonNode) => unknown;

/**
 * Makes a plain value with only those members that a draft-04 schema looks at; the schema judges it like the whole value. So the
 * gateway does not build the rows of a batch to check their envelope. A schema with other keywords gets the whole value.
 */
export function shallowView(schema: unknown): View {
  if (!isProperties(schema)) return emptyOf;
  const keywords = Object.keys(schema).filter((keyword) => !LOOKS_AT_TYPE_ONLY.has(keyword));
  const isKnown = (keyword: string) =>
    OBJECT_KEYWORDS.has(keyword) || ARRAY_KEYWORDS.has(keyword) || SCALAR_KEYWORDS.has(keyword);
  // A list of schemas, one for each item, is too rare to be worth a view.
  if (!keywords.every(isKnown) || Array.isArray(schema.items)) return wholeOf;
  const viewObject = keywords.some((keyword) => OBJECT_KEYWORDS.has(keyword)) ? objectView(schema) : emptyOf;
  const viewArray = keywords.some((keyword) => ARRAY_KEYWORDS.has(keyword)) ? arrayView(schema) : emptyOf;
  return (node) => {
    const { kind } = node;
    if (kind === 'object') return viewObject(node);
    return kind === 'array' ? viewArray(node) : node.toValue();
  };
}

function objectView({ properties, additionalProperties }: Properties): View {
  const declared = new Map(
    Object.entries(isProperties(properties) ? properties : {}).map(([name, schema]) => [name, shallowView(schema)]),
  );
  const others = shallowView(additionalProperties);
  return (node) => {
    const view: Record<string, unknown> = {};
    for (const [name, member] of node.members()) {
      const value = (declared.get(name) ?? others)(member);
      if (name === '__proto__') Object.defineProperty(view, name, { value, enumerable: true });
      else view[name] = value;
    }
    return view;
  };
}

function arrayView({ items }: Properties): View {
  const view = shallowView(items);
  return (node) => node.elements().map(view);
}

const wholeOf: View = (node) => node.toValue();

/** An empty value of the same type, such as `{}` for an object. */
const emptyOf: View = (node) => {
  const { kind } = node;
  if (kind === 'object') return {};
  return kind === 'array' ? [] : node.toValue();
};
