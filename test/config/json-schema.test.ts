import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { load } from 'js-yaml';
import { environmentJsonSchema, JSON_SCHEMA_FILE } from '../../config/json-schema';
import { environmentNames } from '../../config/load';
import { SETTINGS } from '../lib/testing/environment';

test('the editors’ schema is the one that checks (else: npx tsx config/json-schema.ts, npm run format)', () => {
  expect(JSON.parse(readFileSync(JSON_SCHEMA_FILE, 'utf8'))).toEqual(JSON.parse(environmentJsonSchema()));
});

const validate = new Ajv({ strict: false, formats: { email: true } }).compile(JSON.parse(environmentJsonSchema()));

test.each(environmentNames())('%s.yaml is valid by it, and names it for the editor', (name) => {
  const text = readFileSync(join(__dirname, `../../config/${name}.yaml`), 'utf8');
  expect(validate(load(text))).toBe(true);
  expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=environment.schema.json');
});

test.each([
  ['an unknown key', { regoin: 'x' }],
  ['a number out of range', { streams: { mode: 'provisioned', shards: 0 } }],
  ['a userId that Kinesis refuses', { userId: 'A b' }],
])('%s is marked', (_what, change) => {
  expect(validate({ ...SETTINGS, ...change })).toBe(false);
});
