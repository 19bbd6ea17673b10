import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { interruption, say } from '@pipeline/cli/command';
import { errorText, exitCodeOf } from '@pipeline/cli/error-text';
import { UsageError } from '@pipeline/cli/option-values';
import { type Outputs, writeOutputs } from '@pipeline/cli/outputs';
import { parseOptions, type RunOptions } from './options';
import { withoutRepeats } from './report/without-repeats';
import { synthesizedTemplates } from './runtime/assembly';
import { DataFolder } from './runtime/data-folder';
import { type LocalEnvironment, readEnvironment } from './runtime/environment';
import { refuseTakenPorts, startRuntime } from './runtime/runtime';

const DESCRIPTION =
  'The pipeline on a laptop: serves the API that the CDK app declares, and the answers, until Ctrl-C.';

/** What this process tells the one that started it. */
export type ServeMessage =
  | { readonly ready: true; readonly viewsUrl: string; readonly proxyUrl: string }
  | { readonly failed: string; readonly exitCode: number };

async function main(): Promise<void> {
  const options = parseOptions<RunOptions>('serve', DESCRIPTION, process.argv.slice(2));
  if (!options) return;
  /** Undone last to first. Until there is something to undo, the end is the end of the process: what it keeps survives that. */
  let stop: () => Promise<void> = async () => {};
  endsWithItsStarter(() => stop());
  const templates = await synthesizedTemplates(options.env, () =>
    say(`synthesizing the templates of ${options.env} …`),
  );
  const environment = readEnvironment(options.env, templates);
  await refuseTakenPorts(options.port);
  const { folder, release } = await DataFolder.hold(options.data, environment, { reset: options.reset });
  const runtime = await startRuntime({
    environment,
    templates,
    folder,
    port: options.port,
    auth: options.auth === 'iam' ? { keys: acceptedKeys() } : 'none',
    limits: options.limits,
    stagePath: options.stagePath,
    fsync: options.fsync,
    tell: withoutRepeats(say),
  });
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
    s3Endpoint: runtime.s3Endpoint,
    lake: lakeOf(folder, environment),
    viewsUrl: runtime.viewsUrl,
  };
  writeOutputs(outputs, options.outputs);
  writeOutputs(outputs, folder.outputs);

  stop = async () => {
    await runtime.stop();
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
    say(`S3          ${runtime.s3Endpoint}, bucket ${environment.bucket}`);
    say('Ctrl-C stops it; npm run emulate feeds it');
  }
}

/** What a stop may take before the process ends all the same. */
const STOP_TIMEOUT_MS = 4_000;

/** Ends on a signal, when the process that started this one has gone, and when the npm has that did. A second signal ends at once. */
function endsWithItsStarter(stop: () => Promise<void>): void {
  const isOwn = process.send === undefined;
  const end = () => {
    setTimeout(() => process.exit(), STOP_TIMEOUT_MS).unref();
    void stop().finally(() => process.exit());
  };
  interruption({ quiet: !isOwn }).addEventListener('abort', end, { once: true });
  // Started by another process: what it leaves behind must not outlive it.
  process.once('disconnect', end);
  if (!isOwn && !process.connected) end();
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
