import { LAYERS } from '@pipeline/datasets/schema';
import { views } from '@pipeline/datasets/sql';
import type { SourceOptions, ViewAnswer } from '@pipeline/datasets/synthetic';
import type { ViewLayer } from '../serving/contract';
import type { Tables, ViewResult } from '../tables';
import { viewResult } from '../tables/result';
import type { Session } from '../tables/session';
import { Arrivals, type Others } from './arrivals';

const VIEW_LAYERS: readonly ViewLayer[] = [...LAYERS, 'serving'];

/** One answer as it is over the source's records, and as it should be. */
export interface Judged {
  readonly answer: ViewResult;
  /** Undefined where nobody has written the right answer. */
  readonly right: ViewAnswer | undefined;
}

/** What others' records changed in one answer. */
export interface Changed {
  readonly view: string;
  readonly layer: ViewLayer;
  /** Rows that are in only one of the two answers, the one with others' records and the one without. */
  readonly rows: number;
}

/** The answers judged by what arrived. */
export interface Judgement {
  readonly source: SourceOptions;
  /** Records that are not the source's; they are named, and the answers are judged without them. */
  readonly others: readonly Others[];
  readonly views: Readonly<Record<string, Readonly<Record<ViewLayer, Judged>>>>;
  readonly changedByOthers: readonly Changed[];
}

let catalogs = 0;

/**
 * Judges every answer over the records of `source` that arrived, per layer: right answers come from the latent truth of just these keys.
 * Takes about a second for the default source, and reads alone: tables and answers stay as they are.
 */
export async function judge(tables: Tables, source: SourceOptions): Promise<Judgement> {
  const catalog = `judgement_${++catalogs}`;
  // A connection cannot detach what its own names mean, so another one does.
  const owner = await tables.connect();
  const session = await tables.connect();
  try {
    await owner.read(`attach ':memory:' as ${catalog}`);
    return await judgeIn(session, catalog, tables, source);
  } finally {
    await session.close();
    await owner.read(`detach database if exists ${catalog}`);
    await owner.close();
  }
}

async function judgeIn(session: Session, catalog: string, tables: Tables, source: SourceOptions): Promise<Judgement> {
  const arrivals = await Arrivals.find(session, catalog, source);
  const judged: Record<string, Partial<Record<ViewLayer, Judged>>> = {};
  const changedByOthers: Changed[] = [];
  for (const layer of VIEW_LAYERS) {
    const right = await arrivals.rightAnswers(layer);
    await session.read(`set search_path = '${catalog}.${layer}'`);
    for (const { name, sql } of views()) {
      const whole = await tables.view(layer, name);
      const answer = arrivals.hasOthers(layer) ? viewResult(await session.read(sql)) : whole;
      judged[name] = { ...judged[name], [layer]: { answer, right: right[name] } };
      const rows = rowsInOne(whole, answer);
      if (rows > 0) changedByOthers.push({ view: name, layer, rows });
    }
  }
  return {
    source,
    others: arrivals.others,
    views: judged as Judgement['views'],
    changedByOthers,
  };
}

/** Rows that only one of two answers has. */
function rowsInOne(one: ViewResult, other: ViewResult): number {
  const texts = (answer: ViewResult) => new Set(answer.rows.map((row) => JSON.stringify(row)));
  const [a, b] = [texts(one), texts(other)];
  return [...a].filter((row) => !b.has(row)).length + [...b].filter((row) => !a.has(row)).length;
}
