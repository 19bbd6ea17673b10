import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { grouped } from '@pipeline/cli/table';

/** Why records could not be delivered, and how many for each reason, the commonest first. */
export interface DeadLetterReason {
  readonly reason: string;
  readonly records: number;
}

/** Kinds of reason told apart; what comes after is counted together. */
const MOST_KINDS = 1_000;
const OTHERS = 'other reasons';
const SHOWN = 3;

/** @param fromByte where in the file to begin */
export async function deadLetterReasons(file: string, fromByte = 0): Promise<DeadLetterReason[]> {
  if (!existsSync(file)) return [];
  const counts = new Map<string, number>();
  const input = createReadStream(file, { start: fromByte });
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    const reason = reasonIn(line);
    const kind = counts.has(reason) || counts.size < MOST_KINDS ? reason : OTHERS;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([reason, records]) => ({ reason, records })).sort((a, b) => b.records - a.records);
}

/** The commonest reasons and the file, as lines for people; none when there is no dead letter. */
export function deadLetterLines(reasons: readonly DeadLetterReason[], file: string): string[] {
  if (reasons.length === 0) return [];
  const all = reasons.reduce((sum, { records }) => sum + records, 0);
  const rest = all - reasons.slice(0, SHOWN).reduce((sum, { records }) => sum + records, 0);
  return [
    `${file} holds ${all === 1 ? 'the record that' : `the ${grouped(all)} records that`} could not be delivered:`,
    ...reasons.slice(0, SHOWN).map(({ reason, records }) => `  ${grouped(records)} × ${reason}`),
    ...(rest > 0 ? [`  ${grouped(rest)} × ${reasons.length - SHOWN} more reasons`] : []),
  ];
}

/** Without how often it was tried, which differs where the reason does not. */
function reasonIn(line: string): string {
  try {
    const { reason } = JSON.parse(line) as { reason?: unknown };
    return String(reason).replace(/^given up after \d+ attempts: /, 'given up: ');
  } catch {
    return 'a line that is no dead letter';
  }
}
