import { LAYERS } from '@pipeline/datasets/schema';
import { type Gateway, loadGateway } from '../gateway';
import { kafkaRest, withCors } from '../kafka-rest';
import { serving } from '../serving';
import type { Run } from '../serving/contract';
import { listings } from './answer-handlers';
import type { Template } from './assembly';
import type { ApiParts } from './browse/api-handlers';
import { Files } from './browse/files';
import { RuleDesk } from './browse/rule-desk';
import { bundledConsole } from './console-bundle';
import { Disk } from './disk';
import { handlersOf } from './handlers';
import { Health } from './health';
import { HotShards } from './hot-shards';
import { noteRules, topicsDirOf } from './layers';
import { loadBalancer } from './load-balancer';
import { type AnswerSource, Answers } from './observe/answers';
import { Judgements } from './observe/judgements';
import { KeptAnswers } from './observe/kept-answers';
import { Requests } from './observe/requests';
import { RightAnswers } from './observe/right-answers';
import { eventsReply, runOf } from './observe/run';
import { Watch } from './observe/watch';
import { OnSave } from './on-save';
import { observed, openPorts } from './open-ports';
import { ownClient } from './own-client';
import { forEachDataset, type Pipeline } from './pipeline';
import { SenderMistakes } from './sender-mistakes';
import { openStores, type StoresOptions } from './stores';
import { UnreadStreams } from './unread-streams';
import { layerCounts, viewObjects } from './view-objects';

export interface RuntimeOptions extends StoresOptions {
  readonly templates: Readonly<Record<string, Template>>;
  /** Port of the API and the views; the Kinesis endpoint, the REST proxy and the S3 endpoint follow it. 0 picks free ones. */
  readonly port: number;
  readonly auth: 'none' | { readonly keys: Readonly<Record<string, string>> };
  /** Whether API Gateway leaves the stage in the path of what it sends to the REST proxy's load balancer. @default 'sent' */
  readonly stagePath?: 'sent' | 'stripped';
  /** Follows the files of SQL and of mapping templates, and serves what is saved; gives the templates as they are then. @default off */
  readonly onSave?: {
    readonly templates: () => Promise<Readonly<Record<string, Template>>>;
    /** Takes what became of each save, in one or more lines. */
    readonly tell: (text: string) => void;
  };
  /** Ends the process, as Ctrl-C does; `POST /stop` asks for it. @default stops the runtime alone */
  readonly stop?: () => void;
}

export interface Runtime {
  /** URL of the API's stage, with its slash. */
  readonly apiUrl: string;
  readonly viewsUrl: string;
  readonly kinesisEndpoint: string;
  readonly proxyUrl: string;
  readonly s3Endpoint: string;
  stop(): Promise<void>;
}

/** The whole pipeline in one process: what keeps and cleans records (`openStores`), and what takes them in, answers and shows. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { environment, folder, tell } = options;
  const closers: (() => Promise<unknown> | unknown)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const health = new Health();
    const disk = new Disk(folder.path, health);
    closers.push(() => disk.stop());
    let watch: Watch | undefined;
    const stores = await openStores(options, { health, disk }, closers, () => watch);
    const { kafkaLog, kinesisLog, kinesis, sink, tables, batch, speed } = stores;
    noteRules(tables, health, tell);
    const unread = new UnreadStreams(environment, kinesis, kinesisLog, health, tell);
    closers.push(() => unread.stop());
    const hot = new HotShards(environment, kinesisLog, health, tell);
    closers.push(() => hot.stop());
    const files = new Files(folder.bucket);
    await files.load(topicsDirOf(environment), await tables.layer('batch').progress());
    sink.start();

    const flush = async () => {
      await stores.flush();
      answers.forgetStale();
    };
    const rebuild = () =>
      stores.rebuild().finally(() => {
        answers.forgetStale();
        noteRules(tables, health, tell);
      });

    const proxy = kafkaRest({ log: kafkaLog });
    const balanced = loadBalancer(options.templates);
    const parts: { -readonly [Name in keyof ApiParts]: ApiParts[Name] } = {
      templates: options.templates,
      bindings: {
        http: withCors((request) => proxy.handle(balanced(request)), environment.corsOrigins),
        aws: ({ action, body }) => kinesis.handleAction(action, body),
        s3: viewObjects({
          questions: listings,
          view: (layer, name) => answers.answer(layer, name),
          counts: () => layerCounts(tables),
        }),
      },
      stagePath: options.stagePath,
    };
    const loaded = (of: ApiParts) =>
      loadGateway({
        ...of,
        auth: options.auth,
        limits: options.limits,
        log: tell,
        observe: (observed) => {
          watch?.ended(observed);
          mistakes.saw(observed);
        },
      });
    let latest = loaded(parts);
    const mistakes = new SenderMistakes(environment, latest.stage, tell);
    const gateway: Gateway = {
      stage: latest.stage,
      routes: () => latest.routes(),
      handle: (request) => latest.handle(request),
    };

    const keptAnswers = new KeptAnswers(folder.shownAnswers, (error) => {
      if (!disk.met(error)) tell(`answers are not kept for the next start: ${error.message}`);
    });
    closers.push(() => keptAnswers.stop());
    const source: AnswerSource = {
      view: (layer, name) => tables.view(layer, name),
      version: (layer) => tables.layer(layer).version,
      held: (layer) => tables.held(layer),
      newestMs: (layer) => tables.layer(layer).newestMs,
      clean: (layer) => {
        const tally = tables.layer(layer).tally();
        return forEachDataset((dataset) => tally[dataset].clean);
      },
      served: () => tables.countServed(),
      outlivesFaults: options.onSave !== undefined,
    };
    const answers = new Answers(source, keptAnswers);
    const rules = new RuleDesk();
    closers.push(() => rules.close());
    const right = new RightAnswers();
    closers.push(() => right.stop());
    const pipeline: Pipeline = {
      environment,
      folder,
      kafkaLog,
      kinesisLog,
      kinesis,
      gateway,
      send: ownClient(gateway, options.auth),
      sink,
      files,
      requests: new Requests(),
      rules,
      health,
      batch,
      speed,
      tables,
    };
    let addresses: Run['addresses'] | undefined;
    const judgements = new Judgements(tables);
    watch = new Watch({
      pipeline,
      answers,
      right,
      judgements,
      source: () => folder.replayed,
      run: () => runOf(options, gateway.stage, addresses!),
      onError: (error) => tell(`watching: ${error.message}`),
    });
    await speed.start();
    // What closed while nobody ran is taken in beside everything else.
    batch.start();

    if (options.onSave) {
      const { templates, tell: say } = options.onSave;
      const onSave = new OnSave({
        answer: (layer, name) => answers.fresh(layer, name),
        version: () => LAYERS.map((layer) => tables.layer(layer).version).join(),
        rebuild,
        serveTemplates: async () => {
          const fresh = await templates();
          if (JSON.stringify(fresh) === JSON.stringify(parts.templates)) return false;
          latest = loaded({ ...parts, templates: fresh });
          parts.templates = fresh;
          return true;
        },
        tell: say,
      });
      closers.push(() => onSave.stop());
    }

    const serve = serving({
      about: { env: environment.env, notLooked: [] },
      events: () => eventsReply(watch!),
      console: bundledConsole(),
      handlers: handlersOf({
        pipeline,
        api: parts,
        watch,
        answers,
        judgements,
        addresses: () => addresses!,
        stop: options.stop ?? (() => void stop()),
        flush: () =>
          flush().catch((error: unknown) => {
            throw disk.told(error);
          }),
        rebuild,
      }),
    });

    const opened = await openPorts(
      options,
      { gateway: observed(gateway, watch), serve, kinesis, proxy, mistakes, disk },
      closers,
    );
    // Says good-bye to the pages, which would keep the port from closing.
    closers.push(() => watch?.stop());
    addresses = opened;
    return {
      apiUrl: opened.api,
      viewsUrl: opened.views,
      kinesisEndpoint: opened.kinesis,
      proxyUrl: opened.kafkaRest,
      s3Endpoint: opened.s3,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
