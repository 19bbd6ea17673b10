import { UsageError, whole } from '@pipeline/cli/option-values';
import { JSON_OUTPUT, type OptionDefinition } from '@pipeline/cli/options';
import { DEFAULT_POSTS, DEFAULT_SEED } from '@pipeline/datasets/synthetic';

export interface DoctorOptions {
  readonly data: string;
  readonly wholeSource: boolean;
  readonly seed: number;
  readonly posts: number;
  readonly hardMode: boolean;
  readonly column?: Readonly<Record<string, string>>;
  readonly json: boolean;
}

export const DOCTOR_DESCRIPTION =
  'Says of your tables and answers (CSV, JSON, NDJSON, Parquet, Delta) whether they are right, and if not, why.';

/** What --column has said so far. */
const columns: Record<string, string> = {};

export const DOCTOR_OPTIONS: readonly OptionDefinition[] = [
  { flag: '--data <dir>', help: 'folder whose records your tables are made of', default: '.pipeline' },
  {
    flag: '--whole-source',
    help: 'hold them against a whole source, not against what the folder holds',
    default: false,
  },
  {
    flag: '--seed <n>',
    help: 'with --whole-source: its seed',
    default: DEFAULT_SEED,
    parse: whole('--seed', 0, 4_294_967_295),
  },
  {
    flag: '--posts <n>',
    help: 'with --whole-source: its size',
    default: DEFAULT_POSTS,
    parse: whole('--posts', 1, 10_000_000),
  },
  { flag: '--hard-mode', help: 'with --whole-source: with its dirt', default: false },
  {
    flag: '--column <theirs=ours>',
    help: 'which of your columns is which of ours, where the guess is wrong; may be given again',
    otherwise: 'guessed by name',
    parse: (text) => {
      const at = text.lastIndexOf('=');
      if (at <= 0 || at === text.length - 1) throw new UsageError(`--column must be theirs=ours, got '${text}'`);
      columns[text.slice(0, at)] = text.slice(at + 1);
      return columns;
    },
  },
  JSON_OUTPUT,
];
