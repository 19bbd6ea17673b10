import { stageCounts } from '../report/stage-counts';
import { type Handlers, wholeNumber } from '../serving';
import type { Run } from '../serving/contract';
import { answerHandlers, inSql, viewCalled } from './answer-handlers';
import { type ApiParts, apiHandlers } from './browse/api-handlers';
import { dictionary, recordsByRule } from './browse/dictionary';
import { expectedAnswer } from './browse/expected';
import { fileLines } from './browse/filed';
import { judged } from './browse/judged';
import { logAbouts, recordPage, recordValue } from './browse/logs';
import { quarantineReasons, quarantineRecords, replayLine } from './browse/quarantine';
import { recordDetail } from './browse/record-detail';
import { trace } from './browse/trace';
import { answersWithout } from './browse/without';
import type { Answers } from './observe/answers';
import type { Judgements } from './observe/judgements';
import { REMEMBERED_REQUESTS } from './observe/requests';
import type { Watch } from './observe/watch';
import { type Pipeline, storedEver, versionsOf } from './pipeline';
import { Underway } from './underway';

const STOP_AFTER_MS = 50;

export interface HandlerOptions {
  readonly pipeline: Pipeline;
  readonly api: ApiParts;
  readonly watch: Watch;
  readonly answers: Answers;
  readonly judgements: Judgements;
  /** Closes the sink's open files, takes them in and lets the speed layer read to the end. */
  readonly flush: () => Promise<void>;
  /** Reads the SQL again, cleans anew what its change concerns, and answers how many records were kept whose raw ones are gone. */
  readonly rebuild: () => Promise<number>;
  /** Where the runtime answers. */
  readonly addresses: () => Run['addresses'];
  /** Ends the process. */
  readonly stop: () => void;
}

/** Every endpoint of a pipeline that runs here, over its parts. */
export function handlersOf(options: HandlerOptions): Omit<Handlers, 'environment'> {
  const { pipeline, watch, answers, flush, rebuild } = options;
  const underway = new Underway();
  const { environment, folder, gateway, requests, health } = pipeline;
  const counts = () =>
    stageCounts({
      storedIn: (layer, dataset) => storedEver(pipeline, layer, dataset),
      refusedBySink: (dataset) => pipeline.sink.counts()[environment.names.topics[dataset]]?.refused ?? 0,
      cleanedIn: async (layer) => pipeline.tables.layer(layer).tally(),
    });
  return {
    ...answerHandlers(pipeline, answers, underway),
    ...apiHandlers(pipeline, options.api),
    health: async () => ({
      status: 'ok',
      env: environment.env,
      userId: environment.userId,
      stage: gateway.stage,
      dataFolder: folder.id,
      uptimeSeconds: Math.floor(process.uptime()),
      here: { folder: folder.path, addresses: options.addresses() },
      troubles: health.list(),
    }),
    live: async () => watch.snapshot(),
    counts,
    flush: async () => {
      await flush();
      return counts();
    },
    rebuild: () =>
      inSql('the cleaning rules', async () => {
        const outlived = await rebuild();
        return { ...(await counts()), outlived };
      }),
    stop: async () => {
      // The answer is on its way first.
      setTimeout(options.stop, STOP_AFTER_MS);
      return { stopping: true };
    },
    closeFiles: async () => {
      const files = pipeline.sink
        .openRecords()
        .map(({ topic, partition, records }) => ({ log: topic, partition, records }));
      await pipeline.sink.closeFiles();
      await pipeline.batch.run();
      return { files };
    },
    requests: async ({ query }) =>
      requests.list(wholeNumber('limit', query.limit, { otherwise: 100, most: REMEMBERED_REQUESTS }), query.before),
    viewExpected: ({ params, query }) => expectedAnswer(options, underway, viewCalled(params.view).name, query),
    judgement: ({ query }) => judged(options, query),
    logs: async () => {
      pipeline.rules.warm();
      return logAbouts(pipeline);
    },
    records: async ({ params, query }) => recordPage(pipeline, params, query),
    record: ({ params, query }) => {
      const { log, partition, offset } = params;
      const name = `record/${log}/${partition}/${offset}/${versionsOf(pipeline)}`;
      const job = { name, what: 'what each rule did to this record' };
      return underway.within(query.within, job, () => recordDetail(pipeline, params));
    },
    recordValue: async ({ params }) => recordValue(pipeline, params),
    files: async ({ query }) => {
      const from = wholeNumber('from', query.from, { otherwise: 0, most: Number.MAX_SAFE_INTEGER });
      const limit = wholeNumber('limit', query.limit, { otherwise: 50, least: 1, most: 500 });
      return pipeline.files.page(query.log, from, limit);
    },
    fileLines: ({ query }) => fileLines(pipeline, query),
    trace: ({ params }) => {
      pipeline.rules.warm();
      return trace(pipeline, params.key);
    },
    traceWithout: ({ params, query }) => answersWithout(options, underway, params.key, query.within),
    quarantineReasons: () => quarantineReasons(pipeline),
    quarantineRecords: ({ query }) => quarantineRecords(pipeline, query),
    replayLine: ({ body }) => replayLine(pipeline, body),
    dictionary: async () => dictionary(recordsByRule(pipeline.tables)),
  };
}
