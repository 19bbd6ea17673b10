import type { JsonNode } from '../json';
import { isProperties, type Properties } from './template';

/** Keywords that ask nothing of a value beyond its own type. */
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

/**
 * A plain value that a draft-04 schema judges as it would judge the whole: what the schema cannot see is left out, so that the rows in a
 * batch are never built only to be thrown away. A schema with keywords not known here gets the whole value.
 */
export function shallowView(node: JsonNode, schema: unknown): unknown {
  if (!isProperties(schema)) return emptyOf(node);
  const keywords = Object.keys(schema).filter((keyword) => !LOOKS_AT_TYPE_ONLY.has(keyword));
  if (
    !keywords.every(
      (keyword) => OBJECT_KEYWORDS.has(keyword) || ARRAY_KEYWORDS.has(keyword) || SCALAR_KEYWORDS.has(keyword),
    )
  )
    return node.toValue();
  const sees = (known: ReadonlySet<string>): boolean => keywords.some((keyword) => known.has(keyword));
  switch (node.kind) {
    case 'object':
      return sees(OBJECT_KEYWORDS) ? objectView(node, schema) : emptyOf(node);
    case 'array':
      return sees(ARRAY_KEYWORDS) ? arrayView(node, schema) : emptyOf(node);
    default:
      return node.toValue();
  }
}

function objectView(node: JsonNode, schema: Properties): unknown {
  const { properties, additionalProperties } = schema;
  const view: Record<string, unknown> = Object.create(null);
  for (const [name, member] of node.members()) {
    const isDeclared = isProperties(properties) && Object.hasOwn(properties, name);
    view[name] = shallowView(member, isDeclared ? properties[name] : additionalProperties);
  }
  return view;
}

function arrayView(node: JsonNode, schema: Properties): unknown {
  const { items } = schema;
  // A list of schemas, one for each place, is too rare to be worth a view.
  return Array.isArray(items) ? node.toValue() : node.elements().map((element) => shallowView(element, items));
}

/** A value of the same type with nothing in it. */
function emptyOf(node: JsonNode): unknown {
  if (node.kind === 'object') return {};
  return node.kind === 'array' ? [] : node.toValue();
}
