import type { Cause, Evidence, Finding } from './finding';

/** The findings for people: a line for each table or answer, and under it why it is wrong. */
export function renderFindings(findings: readonly Finding[]): string {
  const right = findings.filter(({ verdict }) => verdict === 'right').length;
  const unread = findings.filter(({ verdict }) => verdict === 'unreadable').length;
  const rest = findings.length - right - unread;
  return [
    ...findings.flatMap((finding) => [...findingLines(finding), '']),
    [
      `${right} right`,
      ...(rest > 0 ? [`${rest} wrong`] : []),
      ...(unread > 0 ? [`${unread} not understood`] : []),
    ].join(', ') + '.',
  ].join('\n');
}

function findingLines(finding: Finding): string[] {
  const { path, of, verdict, summary, guessed, columns, causes, apart, evidence, notes } = finding;
  const mark = verdict === 'right' ? '✓' : '✗';
  if (verdict === 'unreadable') return [`${mark} ${summary}.`];
  const guesses = guessed.map((our) => `${columns[our]} is ${our}`);
  return [
    `${mark} ${of} (${path}): ${verdict}. ${summary}.`,
    ...(guesses.length > 0 ? [`  columns guessed: ${guesses.join(', ')}; --column theirs=ours says otherwise`] : []),
    ...notes.map((note) => `  note: ${note}`),
    ...(verdict === 'right'
      ? []
      : causes.length === 0
        ? ['  no known cause; the first rows that differ:']
        : causes.map(causeLine)),
    ...(apart === null ? [] : [`  what would tell them apart: ${apart}`]),
    ...evidence.slice(0, 6).map(evidenceLine),
  ];
}

function causeLine({ mistakes, breaks, words, columns }: Cause): string {
  const where = columns.length > 0 ? ` in ${columns.join(', ')}` : '';
  return `  why${where}: ${words} (${mistakes.join(' and ')}; breaks ${breaks.join(', ')})`;
}

function evidenceLine({ row, theirs, right }: Evidence): string {
  return `    ${row}: yours ${theirs} · right ${right}`;
}
