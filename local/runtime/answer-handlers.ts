import { DATASETS, type Dataset, LAYERS, SCHEMAS } from '@pipeline/datasets/schema';
import { type View, views } from '@pipeline/datasets/sql';
import { answeredQuestions } from '@pipeline/datasets/synthetic';
import { type Handlers, oneOf, Problem, Reply, unknown, VIEW_LAYERS, wholeNumber } from '../serving';
import type { ViewAnswer, ViewListing } from '../serving/contract';
import { SqlFault } from '../tables';
import { csvOf } from './csv';
import type { Answers } from './observe/answers';
import { type Pipeline, versionsOf } from './pipeline';
import type { Underway } from './underway';

type AnswerHandlers = Pick<Handlers, 'views' | 'view' | 'viewAbout' | 'quarantine'>;

/** The questions and their answers. */
export function answerHandlers(pipeline: Pipeline, answers: Answers, underway: Underway): AnswerHandlers {
  return {
    views: async () => listings(),
    viewAbout: async ({ params }) => {
      const view = viewCalled(params.view);
      return { ...listing(view), sql: view.sql, reads: columnsIn(view.sql) };
    },
    view: async ({ params, query }) => {
      const { name } = viewCalled(params.view);
      const layer = oneOf('layer', query.layer, { otherwise: 'serving', known: VIEW_LAYERS });
      const format = oneOf('format', query.format, { otherwise: 'json', known: ['json', 'csv'] });
      const answer = await inSql(`view '${name}'`, () =>
        underway.within(
          query.within,
          { name: `view/${layer}/${name}/${versionsOf(pipeline)}`, what: `the first answer of the ${layer} layer` },
          () => answers.answer(layer, name),
        ),
      );
      return answer instanceof Reply ? answer : answerReply(answer, format);
    },
    quarantine: async ({ params, query }) => {
      const layer = oneOf('layer', query.layer, { otherwise: 'batch', known: LAYERS });
      const limit = wholeNumber('limit', query.limit, { otherwise: 100, most: 99_999 });
      const dataset = datasetCalled(params.dataset);
      return pipeline.tables.layer(layer).quarantine(dataset, limit);
    },
  };
}

/** @throws Problem 404 */
export function datasetCalled(name: string): Dataset {
  const dataset = DATASETS.find((each) => each === name);
  if (dataset === undefined) throw unknown('dataset', name, DATASETS);
  return dataset;
}

/** Whoever edits the SQL sees what the database says of it. @throws Problem 500 */
export async function inSql<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SqlFault) throw new Problem(500, error.message);
    if (error instanceof Problem) throw error;
    throw new Problem(500, `${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function viewCalled(name: string): View {
  const known = views();
  const view = known.find((each) => each.name === name);
  if (view === undefined)
    throw unknown(
      'view',
      name,
      known.map((each) => each.name),
    );
  return view;
}

const RELATION = new RegExp(`\\b(?:from|join)\\s+(${DATASETS.join('|')})\\s+as\\s+([a-z_]+)`, 'g');

/** Clean columns that a question names, as `pin.category`: its text says `p.category` where the relation pin is p. */
export function columnsIn(sql: string): string[] {
  const aliases = new Map<string, Dataset>();
  for (const [, dataset, alias] of sql.matchAll(RELATION)) aliases.set(alias!, dataset as Dataset);
  const columns = new Set<string>();
  for (const [, alias, column] of sql.matchAll(/\b([a-z_]+)\.([a-z_]+)\b/g)) {
    const dataset = aliases.get(alias!);
    if (dataset && SCHEMAS[dataset].cleanColumns.some(({ name }) => name === column))
      columns.add(`${dataset}.${column}`);
  }
  return [...columns].sort();
}

/** The questions as they are now, as the views are listed. */
export function listings(): ViewListing[] {
  return views().map(listing);
}

function listing({ name, grain, asks, picture, companionOf }: View): ViewListing {
  return {
    name,
    grain,
    layers: VIEW_LAYERS,
    question: asks,
    picture,
    companionOf: companionOf ?? null,
    rightAnswerKnown: answeredQuestions().includes(name),
  };
}

/** An answer as it is, or as a file of CSV. */
export function answerReply(answer: ViewAnswer, format: 'json' | 'csv'): ViewAnswer | Reply {
  if (format === 'json') return answer;
  return new Reply(csvOf(answer), {
    'content-type': 'text/csv; charset=utf-8; header=present',
    'content-disposition': `attachment; filename="${answer.view}.${answer.layer}.csv"`,
  });
}
