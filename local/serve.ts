import '@pipeline/cli/node-version';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { interruption, say } from '@pipeline/cli/command';
import { errorText, exitCodeOf } from '@pipeline/cli/error-text';
import { UsageError } from '@pipeline/cli/option-values';
import { type Outputs, outputsPath, writeOutputs } from '@pipeline/cli/outputs';
import type { Broker, KafkaTopics } from './kafka';
import type { Log } from './log';
import { DEFAULT_OUTPUTS, parseOptions, type RunOptions } from './options';
import { withoutRepeats } from './report/without-repeats';
import { synthesizedTemplates } from './runtime/assembly';
import { DataFolder } from './runtime/data-folder';
import { type LocalEnvironment, readEnvironment } from './runtime/environment';
import { type FreeBlock, freeBlock, PORTS, refuseTakenPorts } from './runtime/ports';
import { forgetRunning, noteRunning, otherOwner } from './runtime/running';
import { type Runtime, type RuntimeOptions, startRuntime } from './runtime/runtime';
import { PortError } from './wire/port-error';

const DESCRIPTION =
  'The pipeline on a laptop: serves the API that the CDK app declares, and the answers, until Ctrl-C.';

/** Loaded when it is needed: most runs keep the topics in a log of their own. */
const kafkaParts = () => require('./kafka') as typeof import('./kafka');

/** What this process tells the one that started it. */
export type ServeMessage =
  | { readonly ready: true; readonly viewsUrl: string; readonly proxyUrl: string }
  /** Somebody has asked the runtime to stop, by `npm run stop`. */
  | { readonly asked: 'stop' }
  | { readonly failed: string; readonly exitCode: number };

async function main(): Promise<void> {
  const options = parseOptions<RunOptions>('serve', DESCRIPTION, process.argv.slice(2));
  if (!options) return;
  /** Undone last to first. Until there is something to undo, the end is the end of the process: what it keeps survives that. */
  let stop: () => Promise<void> = async () => {};
  const end = endsWithItsStarter(() => stop());
  const templates = await synthesizedTemplates(options.env, () =>
    say(`synthesizing the templates of ${options.env} …`),
  );
  const environment = readEnvironment(options.env, templates);
  const free = options.port === undefined ? await freeBlock() : undefined;
  const port = free?.port ?? options.port!;
  await refuseTakenPorts(port);
  const { folder, release } = await DataFolder.hold(options.data, environment, { reset: options.reset });
  // A run that does not get its folder takes no ports.
  if (free) sayWhyNotFirst(free);
  if (options.kafka === undefined) folder.noteTopics(undefined);
  const kafka = await kafkaOf(options, folder);
  const settings = {
    environment,
    templates,
    folder,
    auth: options.auth === 'iam' ? { keys: acceptedKeys() } : 'none',
    limits: options.limits,
    stagePath: options.stagePath,
    fsync: options.fsync,
    openTopics: kafka && ((positions: Log) => openKafka(kafka, positions, folder)),
    tell: withoutRepeats(say),
    ...(options.watch && { onSave: { templates: () => synthesizedTemplates(options.env), tell: say } }),
    stop: () => {
      if (process.send) tell({ asked: 'stop' });
      else end();
    },
  } as const;
  const runtime = await startedOn(port, settings, options.port === undefined);
  folder.noteParts();
  const outputs: Outputs = {
    env: 'local',
    apiUrl: runtime.apiUrl,
    region: 'us-east-1',
    auth: options.auth,
    userId: environment.userId,
    topics: environment.names.topics,
    streams: environment.names.streams,
    kinesisEndpoint: runtime.kinesisEndpoint,
    ...(kafka && { kafka: kafka.bootstrap }),
    s3Endpoint: runtime.s3Endpoint,
    lake: lakeOf(folder, environment),
    viewsUrl: runtime.viewsUrl,
  };
  await writeUnlessOthers(outputs, options.outputs, folder);
  writeOutputs(outputs, folder.outputs);
  noteRunning(folder.id, runtime.viewsUrl);

  stop = async () => {
    await runtime.stop();
    await kafka?.stop();
    forgetRunning(folder.id);
    release();
  };

  if (process.send) {
    tell({ ready: true, viewsUrl: runtime.viewsUrl, proxyUrl: runtime.proxyUrl });
  } else {
    say(
      `serving ${options.env} from ${folder.path}; throttling as in AWS is ${options.limits === 'aws' ? 'on' : 'off'}`,
    );
    say(`API         ${runtime.apiUrl}`);
    say(`views       ${runtime.viewsUrl}views`);
    say(`Kinesis     ${runtime.kinesisEndpoint}`);
    say(`Kafka REST  ${runtime.proxyUrl}`);
    if (kafka) say(`Kafka       ${kafka.bootstrap}`);
    say(`S3          ${runtime.s3Endpoint}, bucket ${environment.bucket}`);
    say('Ctrl-C stops it; npm run emulate feeds it');
  }
}

/** What a stop may take before the process ends all the same. */
const STOP_TIMEOUT_MS = 4_000;

/** Ends on a signal, when the process that started this one has gone, and when the npm has that did. A second signal ends at once. Gives what ends it. */
function endsWithItsStarter(stop: () => Promise<void>): () => void {
  const isOwn = process.send === undefined;
  const end = () => {
    setTimeout(() => process.exit(), STOP_TIMEOUT_MS).unref();
    void stop().finally(() => process.exit());
  };
  interruption({ quiet: !isOwn }).addEventListener('abort', end, { once: true });
  // Started by another process: what it leaves behind must not outlive it.
  process.once('disconnect', end);
  if (!isOwn && !process.connected) end();
  return end;
}

/** Says why a run has other ports than the first ones. */
function sayWhyNotFirst({ port, taken }: FreeBlock): void {
  if (taken) say(`${taken.message.split(';')[0]}, so this run takes ports ${port} to ${port + PORTS.length - 1}.`);
}

/** Another run may have taken the block since it was looked at: then the next one does, unless the user has named this one. */
async function startedOn(port: number, settings: Omit<RuntimeOptions, 'port'>, isAnyGood: boolean): Promise<Runtime> {
  for (let next = port; ; ) {
    try {
      return await startRuntime({ ...settings, port: next });
    } catch (error) {
      if (!isAnyGood || !(error instanceof PortError)) throw error;
      const free = await freeBlock(next);
      sayWhyNotFirst(free);
      next = free.port;
    }
  }
}

/** The file of another pipeline that still runs stays, unless the user has named its folder. */
async function writeUnlessOthers(outputs: Outputs, place: string, folder: DataFolder): Promise<void> {
  const other = place === DEFAULT_OUTPUTS ? await otherOwner(place, folder.id) : undefined;
  if (other === undefined) {
    writeOutputs(outputs, place);
    return;
  }
  const whose = other.health.here?.folder ?? other.viewsUrl;
  say(
    `${outputsPath('local', place)} describes the pipeline over ${whose}, which still runs, so it stays; ` +
      `this one is described in ${outputsPath('local', folder.outputs)}: pass --outputs ${folder.outputs} to the commands that are meant for it.`,
  );
}

async function openKafka({ bootstrap, clusterId }: Broker, positions: Log, folder: DataFolder): Promise<KafkaTopics> {
  const { KafkaError, KafkaTopics } = kafkaParts();
  const topics = await KafkaTopics.open({ bootstrap, positions, tell: say });
  try {
    // Two that start in one moment may both have found the port free.
    if (clusterId !== undefined && clusterId !== topics.clusterId)
      throw new KafkaError(`another Kafka has taken ${bootstrap} at the same moment; start again`);
    folder.noteTopics(topics.clusterId);
    return topics;
  } catch (error) {
    await topics.close();
    throw error;
  }
}

/** The Kafka that keeps the topics: one that is started, or the one at the address. */
async function kafkaOf({ kafka }: RunOptions, folder: DataFolder): Promise<Broker | undefined> {
  if (kafka === undefined) return undefined;
  if (kafka !== true) return { bootstrap: kafka, stop: async () => {} };
  return await kafkaParts().startBroker({ folder: folder.kafkaBroker, tell: say });
}

function lakeOf(folder: DataFolder, { connector, bucket }: LocalEnvironment): Outputs['lake'] {
  const topics = join(folder.bucket, connector['topics.dir'] ?? 'topics');
  const closesAfterMs = Number(connector['rotate.schedule.interval.ms'] ?? 600_000);
  return { url: `${pathToFileURL(topics)}/`, bucket, closesAfterSeconds: Math.max(1, Math.ceil(closesAfterMs / 1000)) };
}

function acceptedKeys(): Record<string, string> {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = process.env;
  if (!id || !secret) {
    throw new UsageError(
      '--auth iam checks against one key pair; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to any',
    );
  }
  return { [id]: secret };
}

function tell(message: ServeMessage): void {
  process.send?.(message);
}

main().catch((error: unknown) => {
  const exitCode = exitCodeOf(error);
  if (process.send) tell({ failed: errorText(error), exitCode });
  else say(errorText(error));
  process.exitCode = exitCode;
  setTimeout(() => process.exit(exitCode), 200).unref();
  if (process.connected) process.disconnect();
});
