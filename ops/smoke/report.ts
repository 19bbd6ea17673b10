import { grouped, table } from '@pipeline/cli/table';
import type { Dataset, Layer } from '@pipeline/datasets/schema';

/** What became of the records of one dataset in one layer. */
export interface SmokeRow {
  readonly layer: Layer;
  readonly dataset: Dataset;
  readonly sent: number;
  /** Records that the layer acknowledged. */
  readonly delivered: number;
  /** By how many records the topic grew; more when others send as well. Null for streams, and when it was not asked. */
  readonly stored: number | null;
  /** Records that were read back as they were sent: from the stream, or from the lake's files. Null when nobody looked. */
  readonly arrived: number | null;
  /** The first record that came out as another, in words. */
  readonly changed: string | null;
}

export interface SmokeReport {
  readonly env: string;
  readonly apiUrl: string;
  /** The mark of the run's records. */
  readonly run: string;
  readonly posts: number;
  readonly seconds: number;
  readonly rows: readonly SmokeRow[];
  /** Empty when everything arrived. */
  readonly problems: readonly string[];
  /** Whether answers were computed anew, and what is behind them looked at. */
  readonly countsAnswers: boolean;
  /** What this test says nothing about, and why. */
  readonly notChecked: readonly string[];
}

/** The report as a table for people. */
export function renderSmoke({ rows, notChecked, seconds, run }: SmokeReport): string {
  const cells = rows.map(({ layer, dataset, sent, delivered, stored, arrived }) => [
    layer,
    dataset,
    ...[sent, delivered, stored, arrived].map((count) => (count === null ? '-' : grouped(count))),
    layer === 'batch' ? 'lake' : 'stream',
  ]);
  const header = ['layer', 'dataset', 'sent', 'delivered', 'topic grew by', 'read back', 'from'];
  return [
    ...table(header, cells, { right: [2, 3, 4, 5] }),
    '',
    ...notChecked.map((what) => `Not checked: ${what}.`),
    `Run ${run}, ${seconds.toFixed(1)} s.`,
  ].join('\n');
}

/** How it ended, in one line. */
export function verdict({ env, posts, problems, rows, countsAnswers }: SmokeReport): string {
  if (problems.length > 0) {
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
    return `smoke test of ${env} FAILED: ${problems[0]}${more}; docs/trouble.md says what to look at`;
  }
  const lake = rows.some(({ layer, arrived }) => layer === 'batch' && arrived !== null);
  const answers = countsAnswers ? ', and counted behind the answers' : '';
  return `smoke test of ${env} passed: all ${posts} posts are in the topics and the streams${lake ? ' and the lake' : ''}${answers}`;
}
