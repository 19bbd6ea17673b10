import '@pipeline/cli/node-version';
import { once } from 'node:events';
import { interruption, runCommand, say } from '@pipeline/cli/command';
import { parseOptions, type StartOptions } from './options';
import { synthesizedTemplates } from './runtime/assembly';
import { readEnvironment } from './runtime/environment';
import { startServeProcess, whileServed } from './runtime/serve-process';

const DESCRIPTION =
  'Runs the whole pipeline on this machine: replays the source through the API into both layers, checks every answer, and serves.';

/** What is loaded when it is needed. `import()` would want the loader for ES modules, which takes a tenth of a second to start. */
const loaded = {
  spark: () => require('./spark') as typeof import('./spark'),
  replayAndJudge: () => require('./replay-and-judge') as typeof import('./replay-and-judge'),
};

async function main(): Promise<number> {
  const options = parseOptions<StartOptions>('start', DESCRIPTION, process.argv.slice(2));
  if (!options) return 0;
  const asked = new AbortController();
  const signal = AbortSignal.any([interruption(), asked.signal]);
  try {
    return await start(options, signal, () => asked.abort());
  } catch (error) {
    if (!signal.aborted || (error as Error).name !== 'AbortError') throw error;
    say('Stopped; the same command goes on where it was.');
    return 130;
  }
}

async function start(options: StartOptions, interrupted: AbortSignal, stop: () => void): Promise<number> {
  const ended = new AbortController();
  const signal = AbortSignal.any([interrupted, ended.signal]);
  const tools = options.engine === 'spark' ? await loaded.spark().prepareSpark(say, signal) : undefined;
  const synthesizing = () => say(`Synthesizing the templates of ${options.env} …`);
  const templates = await synthesizedTemplates(options.env, synthesizing, signal);
  const environment = readEnvironment(options.env, templates);
  const starting = startServeProcess(options, process.env, signal);
  // What replays and judges takes about as long to load as the runtime takes to come up.
  const { replayAndJudge, sayWhere } = loaded.replayAndJudge();
  const server = await starting;
  // Whoever asks the runtime to stop means the whole run, as Ctrl-C does.
  void server.askedToStop.then(stop);
  try {
    const place = { environment, server, tools };
    const { isGood, text } = await whileServed(server, replayAndJudge(options, place, signal));
    print(text);
    if (!options.once) {
      sayWhere(options.data, place);
      await Promise.race([once(interrupted, 'abort'), server.died]);
    }
    return isGood ? 0 : 1;
  } finally {
    // The user has stopped the command: work on the report, such as Spark, ends too.
    ended.abort();
    await server.stop();
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

runCommand(main);
