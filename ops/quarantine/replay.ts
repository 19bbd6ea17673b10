import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { UsageError } from '@pipeline/cli/option-values';
import { DATASETS, LAYERS } from '@pipeline/datasets/schema';
import {
  type ReplayPost,
  type ReplayReport,
  reconciles,
  renderReport,
  replay,
  type Target,
  total,
} from '@pipeline/emulator';
import type { AllStageCounts, StageCounts } from '../../local/report/stage-counts';
import type { RuntimeClient } from '../runtime-client';
import { recordIn } from './line';
import type { QuarantineFilter } from './list';

export interface ReplayQuarantineOptions {
  readonly client: RuntimeClient;
  readonly target: Target;
  readonly file: string;
  readonly filter: QuarantineFilter;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface QuarantineReplay {
  readonly file: string;
  readonly delivery: ReplayReport;
  readonly delivered: number;
  readonly deadLettered: number;
  /** File of what could not be delivered. */
  readonly deadLetters: string;
  /** What the layers counted more when all was taken in. Other senders' records are among them. */
  readonly clean: number;
  readonly quarantinedAgain: number;
  readonly duplicates: number;
  readonly refusedBySink: number;
  /** Whether read = delivered + dead-lettered, and every delivered record is in one of the four. */
  readonly reconciled: boolean;
}

/** Sends the lines of an export again, each into its own layer, and tells what became of them. @throws Error that names a line that cannot be sent */
export async function replayQuarantine(options: ReplayQuarantineOptions): Promise<QuarantineReplay> {
  const { client, target, file, filter, say, signal } = options;
  if (!existsSync(file)) throw new UsageError(`${file}: no such file; export FILE writes one`);
  // Every line is read before the first is sent: half of a file is nobody's wish.
  for await (const _ of postsIn(file, filter));
  const before = fates(await client.post<AllStageCounts>('flush'));
  const deadLetters = `${file}.dead-letters.ndjson`;
  const delivery = await replay({ source: postsIn(file, filter), target, layers: LAYERS, deadLetters, signal });
  const delivered = total(delivery.layers, 'delivered');
  say(`delivered ${delivered} records; waiting until both layers have taken them in …`);
  const after = fates(await client.post<AllStageCounts>('flush'));
  const grown = (fate: keyof Fates) => after[fate] - before[fate];
  const all = grown('clean') + grown('quarantined') + grown('duplicates') + grown('refusedBySink');
  return {
    file,
    delivery,
    delivered,
    deadLettered: total(delivery.layers, 'deadLettered'),
    deadLetters,
    clean: grown('clean'),
    quarantinedAgain: grown('quarantined'),
    duplicates: grown('duplicates'),
    refusedBySink: grown('refusedBySink'),
    reconciled: delivery.complete && reconciles(delivery.layers) && all >= delivered,
  };
}

async function* postsIn(file: string, filter: QuarantineFilter): AsyncGenerator<ReplayPost> {
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    line++;
    if (text.trim() === '') continue;
    const { reason, ...record } = recordIn(text, `${file}, line ${line}`);
    const isMeant =
      record.layer === (filter.layer ?? record.layer) &&
      record.dataset === (filter.dataset ?? record.dataset) &&
      reason === (filter.reason ?? reason);
    if (isMeant) yield { key: line, records: [record] };
  }
}

type Fates = Pick<StageCounts, 'clean' | 'quarantined' | 'duplicates' | 'refusedBySink'>;

/** Records of both layers and all datasets by their fate. */
function fates(counts: AllStageCounts): Fates {
  const sum = (fate: keyof Fates) =>
    LAYERS.reduce((all, layer) => DATASETS.reduce((part, dataset) => part + counts[layer][dataset][fate], all), 0);
  return {
    clean: sum('clean'),
    quarantined: sum('quarantined'),
    duplicates: sum('duplicates'),
    refusedBySink: sum('refusedBySink'),
  };
}

/** The account for people. */
export function renderReplayed(report: QuarantineReplay): string {
  const { delivery, delivered, deadLettered, deadLetters, clean, quarantinedAgain, duplicates, refusedBySink } = report;
  const fate = [
    `${clean} clean`,
    `${quarantinedAgain} in quarantine again`,
    `${duplicates} duplicates`,
    ...(refusedBySink > 0 ? [`${refusedBySink} refused by the sink`] : []),
  ].join(', ');
  return [
    renderReport(delivery),
    '',
    `Of ${delivered} delivered records: ${fate}. Accounted for: ${report.reconciled ? 'yes' : 'NO'}.`,
    ...(deadLettered > 0
      ? [`${deadLettered} could not be delivered; they are in ${deadLetters}, with the reason.`]
      : []),
  ].join('\n');
}
