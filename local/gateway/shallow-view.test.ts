import Ajv from 'ajv-draft-04';
import fc from 'fast-check';
import { parseJson } from '../json';
import { shallowView } from './shallow-view';

const RECORDS = {
  type: 'object',
  required: ['records'],
  properties: {
    StreamName: { type: 'string' },
    records: {
      type: 'array',
      minItems: 1,
      maxItems: 3,
      items: {
        type: 'object',
        required: ['data', 'partition-key'],
        properties: { data: {}, 'partition-key': { type: 'string', minLength: 1 } },
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
};

test('leaves out what the schema cannot see', () => {
  const body = parseJson('{"StreamName":"s","records":[{"data":{"a":[1,2,{"b":3}]},"partition-key":"k","more":[1]}]}');
  expect(shallowView(RECORDS)(body)).toEqual({
    StreamName: 's',
    records: [{ data: {}, 'partition-key': 'k', more: [] }],
  });
});

test.each([
  ['an enum', { properties: { a: { enum: [{ b: 1 }] } } }],
  ['alternatives', { properties: { a: { anyOf: [{ required: ['b'] }] } } }],
  ['a list of schemas', { properties: { a: { items: [{ type: 'object' }] } } }],
  ['names by pattern', { properties: { a: { patternProperties: { b: { type: 'string' } } } } }],
  ['another model', { properties: { a: { $ref: '#/definitions/x' } } }],
])('keeps all that %s may look at', (_, schema) => {
  expect(shallowView(schema)(parseJson('{"a":{"b":1}}'))).toEqual({ a: { b: 1 } });
});

test('a schema judges the view as it judges the whole', () => {
  const ajv = new Ajv({ strict: false });
  const name = fc.constantFrom('records', 'data', 'partition-key', 'StreamName', '__proto__', 'x');
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom('', 'k', 0, 1.5, true, null),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(name, tie('value'), { maxKeys: 3 }),
    ),
  }));
  const leaf = fc.constantFrom(
    { type: 'string', minLength: 1 },
    { type: 'object' },
    {},
    { minimum: 1 },
    { maxProperties: 1 },
  );
  const schemas = fc.oneof(
    fc.constant(RECORDS),
    fc.record({ properties: fc.dictionary(name, leaf), additionalProperties: fc.oneof(fc.boolean(), leaf) }),
    fc.record({ items: leaf, minItems: fc.nat(2) }),
  );
  const record = fc.record({ data: value, 'partition-key': fc.constantFrom('k', '') }, { requiredKeys: [] });
  const bodies = fc.oneof(value, fc.record({ records: fc.array(record, { maxLength: 4 }) }));
  const verdicts = { true: 0, false: 0 };
  fc.assert(
    fc.property(schemas, bodies, (schema, body) => {
      const text = JSON.stringify(body);
      const validate = ajv.compile(schema);
      const verdict = validate(JSON.parse(text));
      verdicts[String(verdict) as 'true' | 'false']++;
      expect(validate(shallowView(schema)(parseJson(text)))).toBe(verdict);
    }),
    { numRuns: 500, seed: 7 },
  );
  expect(verdicts.true).toBeGreaterThan(50);
  expect(verdicts.false).toBeGreaterThan(50);
});
