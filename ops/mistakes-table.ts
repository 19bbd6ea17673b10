import { MISTAKES, type Mistake, mistaken } from '../datasets/mistakes';
import { views } from '../datasets/sql';

/** The table of docs/doctor.md: what the doctor knows. */
export function mistakesTable(): string {
  const rows = MISTAKES.map((mistake) => `| \`${mistake.id}\` | ${mistake.words} | ${breaksOf(mistake)} |`);
  return ['| mistake | what was done | breaks |', '| --- | --- | --- |', ...rows].join('\n');
}

function breaksOf(mistake: Mistake): string {
  if (mistake.rule) return mistake.rule;
  const changed = views().filter((view) => mistaken(mistake, view) !== undefined);
  return changed.length > 2 ? `${changed.length} questions` : changed.map(({ name }) => `\`${name}\``).join(', ');
}
