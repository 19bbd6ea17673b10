import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeTooOld } from './node-version';

const ROOT = join(__dirname, '..');
const { engines, scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
/** Files of the commands; those for developers of this project alone aside. */
const COMMANDS = Object.values<string>(scripts).flatMap(
  (script) => /^node (?:--import tsx|--require tsx\/cjs) (?!test\/|datasets\/)(\S+)/.exec(script)?.[1] ?? [],
);

test.each([
  ['18.20.4', true],
  ['20.18.3', true],
  ['20.19.0', false],
  ['21.0.0', false],
  ['24.1.0', false],
])('Node %s is too old: %s', (version, isTooOld) => {
  expect(nodeTooOld(version) !== undefined).toBe(isTooOld);
});

test('the sentence names both versions, and the oldest is the one of package.json', () => {
  expect(nodeTooOld('18.20.4')).toMatch(/^Node 18\.20\.4 is too old: this needs 20\.19\.0 or newer; /);
  expect(engines.node).toBe('>=20.19.0');
});

test('every command looks at it before it loads anything else', () => {
  expect(COMMANDS.length).toBeGreaterThan(20);
  const others = COMMANDS.filter((file) => {
    const first = /^import .*$/m.exec(readFileSync(join(ROOT, file), 'utf8'))?.[0];
    return !/^import '(@pipeline\/cli|\.\.\/cli|\.)\/node-version';$/.test(first ?? '');
  });
  expect(others).toEqual([]);
});
