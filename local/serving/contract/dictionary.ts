import type { Dataset } from '@pipeline/datasets/schema';

/** A rule, a quarantine reason or a finding of the catalogue. */
export interface RuleEntry {
  readonly id: string;
  readonly kind: 'rule' | 'reason' | 'finding';
  readonly datasets: readonly Dataset[];
  readonly words: string;
  readonly why: string;
  readonly example: { readonly before: string; readonly after: string } | null;
  /** Records that it touched in this run, over both layers; null when it is not counted. */
  readonly records: number | null;
}

/** A field of the source and what becomes of it. */
export interface FieldEntry {
  readonly field: string;
  readonly mysqlType: string;
  /** Ids of rules. */
  readonly rules: readonly string[];
  /** Clean columns it goes into. */
  readonly columns: readonly string[];
}

export interface ColumnEntry {
  readonly column: string;
  readonly type: string;
  readonly from: readonly string[];
  readonly rules: readonly string[];
  /** Views that read it. */
  readonly questions: readonly string[];
}

/** `GET /fields`. */
export interface Dictionary {
  readonly datasets: readonly {
    readonly dataset: Dataset;
    readonly sourceTable: string;
    readonly fields: readonly FieldEntry[];
    readonly columns: readonly ColumnEntry[];
  }[];
  readonly rules: readonly RuleEntry[];
  readonly questions: readonly { readonly view: string; readonly question: string }[];
}
