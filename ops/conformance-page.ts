import { CASES } from '../contract';
import { CONFORMANCE, type Wire } from '../contract/conformance';

/** docs/conformance.md: what the wires promise, as a page. */
export function conformancePage(): string {
  return `${[
    '# What the wires promise',
    '`npm run readme` writes this page from `contract/conformance.json`. The tests of `local/<wire>/` hold the laptop to every promise, by its id. Those with a ✓ are also ' +
      'cases of `npm run contract`, which holds anything else that speaks these wires to them, a deployed API too.',
    ...CONFORMANCE.flatMap((wire) => [`## ${wire.title}`, table(wire)]),
  ].join('\n\n')}\n`;
}

function table({ promises }: Wire): string {
  const cases = new Set(CASES.map(({ id }) => id));
  return [
    '| id | when | then | contract |',
    '| --- | --- | --- | --- |',
    ...promises.map(({ id, when, then }) => `| ${id} | ${when} | ${then} | ${cases.has(id) ? '✓' : ''} |`),
  ].join('\n');
}
