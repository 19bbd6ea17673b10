import { views } from '@pipeline/datasets/sql';
import type { SourceOptions } from '@pipeline/datasets/synthetic';
import { VIEW_LAYERS } from '../serving';
import type { Changed, Judged, Judgement, KnownSource, ViewLayer } from '../serving/contract';
import type { Tables, ViewResult } from '../tables';
import { viewResult } from '../tables/result';
import type { Session } from '../tables/session';
import { Arrivals } from './arrivals';

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
  const arrived: Partial<Record<ViewLayer, Judgement['arrived'][ViewLayer]>> = {};
  const judged: Record<string, Partial<Record<ViewLayer, Judged>>> = {};
  const changedByOthers: Changed[] = [];
  for (const layer of VIEW_LAYERS) {
    arrived[layer] = await arrivals.count(layer);
    const right = await arrivals.rightAnswers(layer);
    await session.read(`set search_path = '${catalog}.${layer}'`);
    for (const { name, sql } of views()) {
      const answer = viewResult(await session.read(sql));
      judged[name] = { ...judged[name], [layer]: { answer, right: right[name] ?? null } };
      const rows = rowsInOne(await tables.view(layer, name), answer);
      if (rows > 0) changedByOthers.push({ view: name, layer, rows });
    }
  }
  return {
    source: knownSource(source),
    arrived: arrived as Judgement['arrived'],
    others: arrivals.others,
    views: judged as Judgement['views'],
    changedByOthers,
  };
}

function knownSource({ seed, posts, hardMode }: SourceOptions): KnownSource {
  return { seed, posts, hardMode: hardMode !== undefined && hardMode !== false };
}

/** Rows that only one of two answers has. */
function rowsInOne(one: ViewResult, other: ViewResult): number {
  const texts = (answer: ViewResult) => new Set(answer.rows.map((row) => JSON.stringify(row)));
  const [a, b] = [texts(one), texts(other)];
  return [...a].filter((row) => !b.has(row)).length + [...b].filter((row) => !a.has(row)).length;
}
