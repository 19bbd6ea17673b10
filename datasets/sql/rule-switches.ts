import { DATASETS, type Dataset } from '../schema';
import { CLEAN_SQL } from './clean';

/** One rule's text in a file of `clean/`, and what stands there without it. */
export interface RuleSwitch {
  /** Id in the catalogue of rules. */
  readonly rule: string;
  readonly off: readonly (readonly [from: string | RegExp, to: string])[];
}

/** A value in place of which a rule puts null, column by column. */
const sentinel = (rule: string, column: string): RuleSwitch => ({
  rule,
  off: [[`case when k.${column}_is_sentinel then null else k.${column} end as ${column}`, `k.${column} as ${column}`]],
});
const EVERY: readonly RuleSwitch[] = [
  { rule: 'R5', off: [[/norm_text\((r\.\w+)\)/g, '$1']] },
  { rule: 'R6', off: [[/no_null_word\((t\.\w+)\)/g, '$1']] },
  { rule: 'R1', off: [['  k.ind,', '  coalesce(k.index_text, k.ind_text) as ind,']] },
];

/**
 * In the order in which they are switched on, one after the other, to see what each does to a record. Without a rule that makes a column out
 * of a field's text, the column is that text.
 *
 * The cast of a number or a moment (R1) is told as the step of the rule that says what may stand there, since neither does anything without the
 * other; for the key it is R1's. What has no switch: R2 and P1, which say which field the key is; R3, R4 and P2, which change no column; R7, which mends the text before there are fields; G3,
 * which changes nothing but what R5 does; G4, P12 and U5, which are about the table. Putting the two fields of G1 and of U1 together stays:
 * without it there is no column. What is changed runs on DuckDB.
 */
const OWN: Readonly<Partial<Record<Dataset, readonly RuleSwitch[]>>> = {
  pin: [
    sentinel('P3', 'title'),
    sentinel('P4', 'description'),
    { rule: 'F1', off: [['k.followers as follower_count', 'k.follower_count as follower_count']] },
    sentinel('P5', 'poster_name'),
    {
      rule: 'P6',
      off: [
        ...sentinel('P6', 'tag_list').off,
        ['split_tags(case when k.tag_list_is_sentinel then null else k.tag_list end) as tags', 'k.tag_list as tags'],
      ],
    },
    { rule: 'P7', off: [['k.media_type,', 'k.is_image_or_video as media_type,']] },
    sentinel('P8', 'image_src'),
    { rule: 'P9', off: [['k.save_path as save_location', 'k.save_location as save_location']] },
    { rule: 'P10', off: [['ascii_lower(', '(']] },
    {
      rule: 'P11',
      off: [
        [
          'cast(case when k.downloaded_number in (0, 1) then k.downloaded_number end as int) as downloaded',
          'k.downloaded as downloaded',
        ],
      ],
    },
  ],
  geo: [
    {
      rule: 'G1',
      off: [
        [
          'case when k.is_on_earth then make_pair(k.latitude, k.longitude) end',
          'case when coalesce(k.latitude_text, k.longitude_text) is not null then [k.latitude_text, k.longitude_text] end',
        ],
      ],
    },
    { rule: 'G2', off: [['k.posted_at as timestamp', 'k.timestamp_text as timestamp']] },
  ],
  user: [
    {
      rule: 'U1',
      off: [
        [
          "norm_text(collapse_blanks(concat_ws(' ', r.f_first_name, r.f_last_name)))",
          "concat_ws(' ', r.f_first_name, r.f_last_name)",
        ],
      ],
    },
    { rule: 'U2', off: [['  k.age,', '  k.age_text as age,']] },
    { rule: 'U3', off: [['  k.date_joined,', '  k.date_joined_text as date_joined,']] },
    {
      rule: 'U4',
      off: [[/md5\(concat_ws\('\|',[^;]*?\)\) as user_key/, 'cast(null as string) as user_key']],
    },
  ],
};

const switchesOf = (dataset: Dataset): readonly RuleSwitch[] => [...EVERY, ...(OWN[dataset] ?? [])];

/** The switches that have a place in the clean file as it is now: a rule that somebody has rewritten cannot be switched off. */
export function ruleSwitches(dataset: Dataset): readonly RuleSwitch[] {
  const sql = CLEAN_SQL[dataset];
  return switchesOf(dataset).filter(({ off }) => off.every(([from]) => holds(sql, from)));
}

/** Every switch, whether or not it has a place now. */
export const ALL_SWITCHES = DATASETS.flatMap((dataset) => switchesOf(dataset).map((each) => ({ dataset, ...each })));

/** The clean file without these rules. */
export function cleanSqlWithout(dataset: Dataset, switches: readonly RuleSwitch[]): string {
  return switches
    .flatMap(({ off }) => off)
    .reduce(
      (sql, [from, to]) => (from instanceof RegExp ? sql.replace(from, to) : sql.replaceAll(from, to)),
      CLEAN_SQL[dataset],
    );
}

const holds = (sql: string, from: string | RegExp): boolean =>
  from instanceof RegExp ? sql.search(from) >= 0 : sql.includes(from);
