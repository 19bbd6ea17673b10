import { DATASETS, type Dataset, LAYERS, type Layer } from '@pipeline/datasets/schema';
import type { ReplayRecord } from '@pipeline/emulator';
import { z } from 'zod';

/** One line of an export. `value` is what can be corrected; the rest says where it came from. */
export interface QuarantineLine {
  readonly layer: Layer;
  readonly dataset: Dataset;
  readonly key: string;
  readonly reason: string;
  readonly at: string;
  readonly log: string;
  readonly partition: number;
  readonly offset: number;
  /** JSON text of the record as it was sent, or the text itself where it is no JSON. */
  readonly line: string;
}

/** A line of the file. A record that is no JSON stands as a JSON text. */
export function exportLine({ line, ...place }: QuarantineLine): string {
  const value = isJson(line) ? line : JSON.stringify(line);
  return `${JSON.stringify(place).slice(0, -1)},"value":${value}}\n`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    // A line of the file is one line.
    return !/[\r\n]/.test(text);
  } catch {
    return false;
  }
}

const lineSchema = z.object({
  layer: z.enum(LAYERS),
  dataset: z.enum(DATASETS),
  key: z.string(),
  reason: z.string().optional(),
  value: z.json(),
});

/** The record that a line of the file asks to be sent: under the key that its value has now. @throws Error that names the line */
export function recordIn(
  text: string,
  where: string,
): ReplayRecord & { readonly layer: Layer; readonly reason: string } {
  let parsed: z.infer<typeof lineSchema>;
  try {
    parsed = lineSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(
      `${where} is no line of an export (${firstProblem(cause)}); it begins ${JSON.stringify(text.slice(0, 60))}`,
      {
        cause,
      },
    );
  }
  const changed = changedNumber(text);
  if (changed !== undefined)
    throw new Error(`${where}: the number ${changed} has more digits than are sent; write it as text, or shorter`);
  const { layer, dataset, key, value, reason = '' } = parsed;
  return { layer, dataset, key: keyOf(value) ?? key, value, reason };
}

function firstProblem(error: unknown): string {
  if (!(error instanceof z.ZodError)) return (error as Error).message;
  const { path, message } = error.issues[0]!;
  return `${path.join('.') || 'line'}: ${message}`;
}

/** The post's key as the row says it, if it is one. */
export function keyOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { index, ind } = value as Record<string, unknown>;
  const key = index ?? ind;
  return typeof key === 'number' || (typeof key === 'string' && key !== '') ? String(key) : undefined;
}

/** A whole number that would lose digits on its way through JavaScript. */
function changedNumber(json: string): string | undefined {
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g)) {
    if (/^-?\d{16,}$/.test(token) && BigInt(token) !== BigInt(Number(token))) return token;
  }
  return undefined;
}
