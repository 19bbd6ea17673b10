import { say } from '@pipeline/cli/command';
import { ProgressLine } from '@pipeline/cli/progress-line';
import type { AnswersOptions } from '../options';
import { synthesizedTemplates } from '../runtime/assembly';
import { DataFolder } from '../runtime/data-folder';
import { readEnvironment } from '../runtime/environment';
import { startServeProcess, whileServed } from '../runtime/serve-process';
import { prepareSpark } from '../spark';
import { type Computed, computeOnSpark, type SparkWork } from './engines';
import { runningClient } from './running-client';
import { SparkProgress } from './spark-progress';
import { ViewsClient } from './views-client';

/**
 * Lets the notebooks answer anew on a local Spark, which reads the streams of a running pipeline: of the one that serves the folder, else
 * of one that is started for it.
 *
 * @param told takes what came of it, while the pipeline still runs
 */
export async function answeredOnSpark<T>(
  options: AnswersOptions,
  signal: AbortSignal,
  told: (folder: DataFolder, answered: { readonly computed: Computed; readonly client: ViewsClient }) => Promise<T>,
): Promise<T> {
  const tools = await prepareSpark(say, signal);
  const templates = await synthesizedTemplates(options.env, undefined, signal);
  const environment = readEnvironment(options.env, templates);
  const folder = DataFolder.open(options.data, environment);
  const running = await runningClient(folder, signal);
  const server = running
    ? undefined
    : await startServeProcess(
        {
          ...options,
          outputs: folder.outputs,
          reset: false,
          port: 0,
          auth: 'none',
          limits: 'off',
          stagePath: 'sent',
          fsync: false,
        },
        process.env,
        signal,
      );
  const client = running ?? new ViewsClient(server!.viewsUrl, signal);
  try {
    const work = anew({ client, environment, folder, tools, signal }).then((computed) =>
      told(folder, { computed, client }),
    );
    return await (server ? whileServed(server, work) : work);
  } finally {
    await server?.stop();
  }
}

/** Spark forgets what it has kept, and cleans and answers again. */
async function anew({
  client,
  ...work
}: Pick<SparkWork, 'environment' | 'folder' | 'tools' | 'signal'> & { client: ViewsClient }): Promise<Computed> {
  const progress = new SparkProgress(new ProgressLine(process.stderr), say);
  try {
    const stages = await client.flush();
    return await computeOnSpark({ ...work, stages, anew: true, say, onProgress: (step) => progress.note(step) });
  } finally {
    progress.stop();
  }
}
