import { SINK_FIELDS } from '@pipeline/datasets/schema';
import { compactText, JsonSyntaxError, parseJson } from '../../json';

/** A record of a shared stream whose key names no dataset stands behind its key. */
const UNASSIGNED = /^the partition key "(?:[^"\\]|\\.)*" names no dataset: ([\s\S]*)$/;
const ADDED: ReadonlySet<string> = new Set(Object.values(SINK_FIELDS));

/**
 * A line as its client sent it: without the fields that the S3 sink adds to each. Numbers keep their digits. A line that has none of
 * them, or is no JSON object, is given back as it is.
 */
export function sentLine(line: string): string {
  const unassigned = UNASSIGNED.exec(line);
  if (unassigned) return unassigned[1]!;
  try {
    const members = [...parseJson(line).members()];
    if (!members.some(([name]) => ADDED.has(name))) return line;
    const kept = members.filter(([name]) => !ADDED.has(name));
    return `{${kept.map(([name, value]) => `${JSON.stringify(name)}:${compactText(value)}`).join(',')}}`;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return line;
    throw error;
  }
}
