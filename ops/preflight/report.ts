import { columns } from '@pipeline/cli/table';
import type { Finding, State } from './finding';

const WORDS: Readonly<Record<State, string>> = {
  ok: 'ok',
  fails: 'FAILS',
  warns: 'may fail',
  skipped: 'skipped',
};

/** The findings as text, one a line, each with its fix below, and how many of each there are. */
export function findingsTable(findings: readonly Finding[]): string {
  const rows = findings.flatMap(({ check, state, found, fix }) => [
    [WORDS[state], check, found],
    ...(fix === '' ? [] : [[`    → ${fix}`]]),
  ]);
  return `${[...columns(rows, { right: [] }), '', summary(findings)].join('\n')}\n`;
}

function summary(findings: readonly Finding[]): string {
  const count = (state: State) => findings.filter((finding) => finding.state === state).length;
  const verdict = count('fails') > 0 ? 'A deployment would fail.' : 'Nothing seen that a deployment would fail on.';
  return `${count('ok')} ok, ${count('fails')} would fail, ${count('warns')} may fail, ${count('skipped')} skipped. ${verdict}`;
}
