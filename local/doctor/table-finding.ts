import { changedBy, MISTAKES, type Mistake } from '@pipeline/datasets/mistakes';
import type { Dataset } from '@pipeline/datasets/schema';
import { type AnswerWork, causeOf } from './answer-finding';
import { apartInTable } from './apart';
import { canonicalSql } from './canonical';
import type { Cause, Evidence, Finding } from './finding';
import { type Relation, Unreadable } from './reading';
import { type Columns, comparedColumns, EXTRAS } from './subjects';
import type { Truth } from './truth';

const SHOWN = 3;
/** Columns whose values are those of one source alone. */
const OWN_OF_SOURCE: Partial<Readonly<Record<Dataset, readonly string[]>>> = {
  pin: ['unique_id'],
  geo: ['timestamp', 'country'],
  user: ['user_name', 'date_joined'],
};

interface Compared {
  readonly name: string;
  readonly type: string;
}

/** Compares a clean table of theirs with ours, column by column, and finds what gives theirs. */
export async function findInTable(
  work: AnswerWork,
  dataset: Dataset,
  { theirs, guessed }: Columns,
  relation: Relation,
): Promise<Finding> {
  const { truth } = work;
  const compared = comparedColumns(dataset).filter(({ name }) => name !== 'ind' && theirs[name] !== undefined);
  await makeTheirs(truth, relation, theirs, compared);
  const keys = await keysOf(truth, dataset);
  if (keys.common === 0)
    throw new Unreadable(
      relation.path,
      `${relation.path} has no key of ours in ${theirs.ind}; looked for ${dataset} rows of the records that are there`,
    );
  const differing = await differences(truth, 'truth', dataset, compared);
  const owned = (OWN_OF_SOURCE[dataset] ?? []).filter((name) => differing.has(name));
  if (
    owned.length > 0 &&
    owned.every((name) => differing.get(name)! > 0.9 * keys.common) &&
    differing.size > compared.length / 2
  )
    throw new Unreadable(
      relation.path,
      `${relation.path} holds ${dataset} rows of another source: ${owned.join(' and ')} differ in nearly all of the ${keys.common} keys in common`,
    );
  const notes = missingColumns(dataset, theirs);
  const base = { path: relation.path, of: dataset, columns: theirs, guessed, notes };
  const isRight = differing.size === 0 && keys.missing === 0 && keys.surplus === 0 && keys.repeated === 0;
  if (isRight) {
    const summary = `${relation.rows.toLocaleString('en')} rows, as they should be in ${compared.length} columns`;
    return { ...base, verdict: 'right', summary, causes: [], apart: null, evidence: [] };
  }
  const found = await causesOf(truth, dataset, compared, differing, keys);
  const singles = found.map(({ mistake }) => [mistake]);
  return {
    ...base,
    verdict: 'wrong',
    summary: summaryOf(relation, keys, differing),
    causes: found.map(({ mistake, columns }): Cause => causeOf([mistake], dataset, columns)),
    apart: singles.length > 1 ? await apartInTable(await work.probes(), dataset, singles) : null,
    evidence: await evidenceOf(truth, dataset, compared, differing, keys),
  };
}

interface Keys {
  readonly common: number;
  readonly missing: number;
  readonly surplus: number;
  /** Rows of theirs whose key has come before. */
  readonly repeated: number;
}

/** `main.theirs`: the key, and every compared column as text in one form. */
async function makeTheirs(
  truth: Truth,
  { table }: Relation,
  theirs: Columns['theirs'],
  compared: readonly Compared[],
): Promise<void> {
  const named = (name: string) => `cast(t."${theirs[name]!.replaceAll('"', '""')}" as string)`;
  const columns = compared.map(({ name, type }) => `${canonicalSql(named(name), type)} as "${name}"`);
  await truth.connection.run(
    `create or replace table main.theirs as select try_cast(try_cast(${named('ind')} as double) as bigint) as ind,
      ${['1 as one', ...columns].join(', ')} from main.${table} as t`,
  );
}

async function keysOf(truth: Truth, dataset: Dataset, schema = 'truth'): Promise<Keys> {
  const [row] = await truth.rows(
    `select
      (select count(*) from (select ind from main.theirs intersect select ind from ${schema}.${dataset})),
      (select count(*) from (select ind from ${schema}.${dataset} except all select ind from main.theirs)),
      (select count(*) from (select ind from main.theirs except select ind from ${schema}.${dataset})),
      (select count(*) - count(distinct ind) from main.theirs)`,
  );
  const [common, missing, surplus, repeated] = row!.map(Number);
  return { common: common!, missing: missing!, surplus: surplus!, repeated: repeated! };
}

/** Rows in which a column differs, of the keys that both have once; only columns that do. */
async function differences(
  truth: Truth,
  schema: string,
  dataset: Dataset,
  compared: readonly Compared[],
): Promise<Map<string, number>> {
  if (compared.length === 0) return new Map();
  const counts = compared.map(({ name, type }) => {
    const own = canonicalSql(`cast(o."${name}" as string)`, type);
    return `count(*) filter (where t."${name}" is distinct from ${own})`;
  });
  const [row] = await truth.rows(`select ${counts.join(', ')} from ${onceBoth(schema, dataset)}`);
  return new Map(compared.map(({ name }, at) => [name, Number(row![at])] as const).filter(([, count]) => count > 0));
}

const onceBoth = (schema: string, dataset: Dataset) =>
  `(select * from main.theirs qualify count(*) over (partition by ind) = 1) as t
   inner join (select * from ${schema}.${dataset} qualify count(*) over (partition by ind) = 1) as o on o.ind = t.ind`;

async function causesOf(
  truth: Truth,
  dataset: Dataset,
  compared: readonly Compared[],
  differing: ReadonlyMap<string, number>,
  keys: Keys,
): Promise<{ mistake: Mistake; columns: string[] }[]> {
  const found: { mistake: Mistake; columns: string[] }[] = [];
  const rowsDiffer = keys.missing > 0 || keys.surplus > 0 || keys.repeated > 0;
  for (const mistake of MISTAKES) {
    if (!changedBy(mistake).includes(dataset)) continue;
    const own = mistake.columns?.map((column) => column.slice(dataset.length + 1));
    const touched = compared.filter(({ name }) => own === undefined || own.includes(name));
    const explains = touched.filter(({ name }) => differing.has(name)).map(({ name }) => name);
    if (explains.length === 0 && !(own === undefined && rowsDiffer)) continue;
    const schema = (await truth.schema([mistake]))!;
    if (own === undefined) {
      const left = await truth.rows(
        `select count(*) from (
          (select ind from main.theirs except all select ind from ${schema}.${dataset}) union all
          (select ind from ${schema}.${dataset} except all select ind from main.theirs))`,
      );
      if (Number(left[0]![0]) > 0) continue;
      // A mistake about rows that changes none explains nothing.
      if (!rowsDiffer && (await differences(truth, schema, dataset, touched)).size > 0) continue;
      found.push({ mistake, columns: rowsDiffer ? [] : explains });
      continue;
    }
    if ((await differences(truth, schema, dataset, touched)).size === 0) found.push({ mistake, columns: explains });
  }
  return found;
}

function summaryOf({ rows }: Relation, keys: Keys, differing: ReadonlyMap<string, number>): string {
  const parts = [...differing].map(([name, count]) => `${name} differs in ${count.toLocaleString('en')} rows`);
  if (keys.missing > 0) parts.push(`${keys.missing.toLocaleString('en')} rows are missing`);
  if (keys.surplus > 0) parts.push(`${keys.surplus.toLocaleString('en')} keys are not ours`);
  if (keys.repeated > 0) parts.push(`${keys.repeated.toLocaleString('en')} rows repeat a key`);
  return `${rows.toLocaleString('en')} rows: ${parts.join(', ')}`;
}

function missingColumns(dataset: Dataset, theirs: Columns['theirs']): string[] {
  const missing = comparedColumns(dataset).filter(({ name }) => theirs[name] === undefined && !EXTRAS.has(name));
  return missing.length === 0
    ? []
    : [`no column for ${missing.map(({ name }) => name).join(', ')}; --column theirs=ours says which it is`];
}

async function evidenceOf(
  truth: Truth,
  dataset: Dataset,
  compared: readonly Compared[],
  differing: ReadonlyMap<string, number>,
  keys: Keys,
): Promise<Evidence[]> {
  const evidence: Evidence[] = [];
  const text = (value: unknown) => (value === null ? 'NULL' : String(value));
  for (const { name, type } of compared) {
    if (!differing.has(name)) continue;
    const own = canonicalSql(`cast(o."${name}" as string)`, type);
    const rows = await truth.rows(
      `select t.ind, t."${name}", ${own} from ${onceBoth('truth', dataset)}
        where t."${name}" is distinct from ${own} order by t.ind limit ${SHOWN}`,
    );
    for (const [ind, theirs, right] of rows)
      evidence.push({ row: `key ${ind}, ${name}`, theirs: text(theirs), right: text(right) });
  }
  const shown = async (sql: string, words: (ind: unknown) => Omit<Evidence, 'row'>) => {
    for (const [ind] of await truth.rows(`${sql} order by 1 limit ${SHOWN}`))
      evidence.push({ row: `key ${ind}`, ...words(ind) });
  };
  if (keys.missing > 0)
    await shown(
      `select ind from truth.${dataset} where ind not in (select ind from main.theirs where ind is not null)`,
      () => ({ theirs: 'no such row', right: 'a row' }),
    );
  if (keys.surplus > 0)
    await shown(`select ind from main.theirs where ind not in (select ind from truth.${dataset})`, () => ({
      theirs: 'a row',
      right: 'no such row',
    }));
  if (keys.repeated > 0)
    await shown(`select ind from main.theirs group by ind having count(*) > 1`, () => ({
      theirs: 'several rows',
      right: 'one row',
    }));
  return evidence;
}
