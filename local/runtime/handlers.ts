import { stageCounts } from '../report/stage-counts';
import { type Handlers, Problem, wholeNumber } from '../serving';
import { answerHandlers, inSql } from './answer-handlers';
import type { Answers } from './observe/answers';
import { REMEMBERED_REQUESTS } from './observe/requests';
import type { RightAnswers } from './observe/right-answers';
import type { Watch } from './observe/watch';
import { type Pipeline, placeOf, recordsEver } from './pipeline';

export interface HandlerOptions {
  readonly pipeline: Pipeline;
  readonly watch: Watch;
  readonly answers: Answers;
  readonly right: RightAnswers;
  /** Closes the sink's open files, takes them in and lets the speed layer read to the end. */
  readonly flush: () => Promise<void>;
  /** Reads the SQL again and cleans everything anew. */
  readonly rebuild: () => Promise<void>;
}

const notYet = async () => {
  throw new Problem(501, 'This is not served yet.');
};

/** Every endpoint of the contract over the running parts. */
export function handlersOf(options: HandlerOptions): Handlers {
  const { pipeline, watch, answers, flush, rebuild } = options;
  const { environment, folder, gateway, requests, health } = pipeline;
  const counts = () =>
    stageCounts({
      storedIn: (layer, dataset) => {
        const { log, name } = placeOf(pipeline, layer, dataset);
        return recordsEver(log, name);
      },
      refusedBySink: (dataset) => pipeline.sink.counts()[environment.names.topics[dataset]]?.refused ?? 0,
      cleanedIn: async (layer) => pipeline.tables().layer(layer).tally(),
    });
  return {
    ...answerHandlers(pipeline, answers),
    health: async () => ({
      status: 'ok',
      env: environment.env,
      userId: environment.userId,
      stage: gateway.stage,
      dataFolder: folder.id,
      uptimeSeconds: Math.floor(process.uptime()),
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
        await rebuild();
        return counts();
      }),
    closeFiles: async () => {
      const files = pipeline.sink
        .openRecords()
        .map(({ topic, partition, records }) => ({ log: topic, partition, records }));
      await pipeline.sink.closeFiles();
      await pipeline.batch().run();
      return { files };
    },
    requests: async ({ query }) =>
      requests.list(wholeNumber('limit', query.limit, { otherwise: 100, most: REMEMBERED_REQUESTS }), query.before),
    viewExpected: notYet,
    logs: notYet,
    records: notYet,
    record: notYet,
    recordValue: notYet,
    files: notYet,
    fileLines: notYet,
    trace: notYet,
    traceWithout: notYet,
    quarantineReasons: notYet,
    quarantineRecords: notYet,
    replayLine: notYet,
    routes: notYet,
    tryRoute: notYet,
    dictionary: notYet,
  };
}
