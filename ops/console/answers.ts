import { DATASETS, type Dataset, LAYERS } from '@pipeline/datasets/schema';
import { z } from 'zod';
import { answerReply, columnsIn, listings, viewCalled } from '../../local/runtime/answer-handlers';
import { type Handlers, oneOf, Problem, unknown, VIEW_LAYERS } from '../../local/serving';
import type { AnswersState, ViewAnswer, ViewLayer, ViewListing } from '../../local/serving/contract';
import { type AnswersIndex, answersIndex } from '../smoke/answers';
import { type Api, ApiRefused } from '../smoke/api';

const cell: z.ZodType<ViewAnswer['rows'][number][number]> = z.lazy(() =>
  z.union([z.string(), z.number(), z.null(), z.array(cell)]),
);
const answerObject = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  rows: z.array(z.array(cell)),
});

/** How long the index is good for: a page asks for it several times at once. */
const INDEX_MS = 2_000;

/** The answers of an environment, as its API gives them. The words of a question are those of this checkout. */
export class CloudAnswers {
  private readonly api: Api;
  private kept: { readonly untilMs: number; readonly index: Promise<AnswersIndex | undefined> } | undefined;

  constructor(api: Api) {
    this.api = api;
  }

  handlers(): Pick<Handlers, 'views' | 'view' | 'viewAbout'> {
    return {
      views: () => this.listed(),
      viewAbout: async ({ params }) => {
        const listing = await this.listing(params.view);
        const sql = listings().some(({ name }) => name === params.view) ? viewCalled(params.view).sql : '';
        return { ...listing, sql, reads: columnsIn(sql) };
      },
      view: async ({ params, query }) => {
        const layer = oneOf('layer', query.layer, { otherwise: 'serving', known: VIEW_LAYERS });
        const format = oneOf('format', query.format, { otherwise: 'json', known: ['json', 'csv'] });
        return answerReply(await this.answer(params.view, layer), format);
      },
    };
  }

  /** What the answers rest on; undefined where no run has written any. @throws Problem */
  async state(): Promise<AnswersState | undefined> {
    const index = await this.index();
    return index && { asOf: index.asOf, counts: index.counts };
  }

  /** Why there are none, in the API's own words. */
  async whyNone(): Promise<string> {
    return this.written().then(
      () => 'They have just been written.',
      (error: Error) => error.message,
    );
  }

  private async answer(view: string, layer: ViewLayer): Promise<ViewAnswer> {
    const { asOf, counts } = await this.written();
    const path = `views/${encodeURIComponent(view)}?layer=${layer}`;
    const object = answerObject.safeParse(await asked(this.api.get(path)));
    if (!object.success) throw new Problem(502, `GET ${path} answered no answer: ${object.error.issues[0]!.message}`);
    const of = LAYERS.find((each) => each === layer);
    const clean = (dataset: Dataset) => counts[of!][dataset].clean;
    return {
      ...object.data,
      view,
      layer,
      asOf,
      computedAt: asOf,
      stale: false,
      versions: {},
      // Which records the serving layer takes from which other is counted nowhere.
      restsOn: of === undefined ? null : byDataset(clean),
    };
  }

  private async listed(): Promise<readonly ViewListing[]> {
    const known = listings();
    return (await this.written()).views.map(
      ({ name, grain }) => known.find((each) => each.name === name) ?? unknownQuestion(name, grain),
    );
  }

  private async listing(name: string): Promise<ViewListing> {
    const all = await this.listed();
    const found = all.find((each) => each.name === name);
    if (found !== undefined) return found;
    throw unknown(
      'view',
      name,
      all.map((each) => each.name),
    );
  }

  /** @throws Problem 404 with the API's own sentence where no run has written answers */
  private async written(): Promise<AnswersIndex> {
    const index = await this.index();
    if (index !== undefined) return index;
    await asked(this.api.get('views'));
    throw new Problem(404, 'There are no answers yet.');
  }

  private index(): Promise<AnswersIndex | undefined> {
    if (this.kept === undefined || Date.now() >= this.kept.untilMs)
      this.kept = { untilMs: Date.now() + INDEX_MS, index: asked(answersIndex(this.api)) };
    return this.kept.index;
  }
}

/** A question that was deployed, and that this checkout does not have. */
const unknownQuestion = (name: string, grain: string): ViewListing => ({
  name,
  grain,
  layers: VIEW_LAYERS,
  question: name.replaceAll('_', ' '),
  picture: 'bars',
  companionOf: null,
  rightAnswerKnown: false,
});

const byDataset = <T>(value: (dataset: Dataset) => T) =>
  Object.fromEntries(DATASETS.map((dataset) => [dataset, value(dataset)])) as Record<Dataset, T>;

/** What the API says no to, as the page is told it. @throws Problem */
export async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof ApiRefused)) throw new Problem(502, (error as Error).message);
    const { status, said, message } = error;
    if (status === 400 || status === 404) throw new Problem(status, said ?? message);
    const remedy = status === 403 ? '; the credentials may not ask it, or have run out' : '';
    throw new Problem(502, `${message}${remedy}`);
  }
}
