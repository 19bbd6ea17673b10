import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownGroup, signalGroup } from '@pipeline/cli/process-group';
import { type RunOptions, runArguments } from '../options';
import type { ServeMessage } from '../serve';

/** The runtime in its own process, so that it can be killed, and so that sender and server use a core each. */
export interface ServeProcess {
  readonly viewsUrl: string;
  readonly proxyUrl: string;
  readonly pid: number;
  /** Rejects when the process ends before it was told to. */
  readonly died: Promise<never>;
  /** Resolves when somebody has asked the runtime to stop, which it does when it is told so here. */
  readonly askedToStop: Promise<void>;
  stop(): Promise<void>;
}

/** The runtime could not start; the message is its own. */
export class ServeFailed extends Error {
  override name = 'ServeFailed';
  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
  }
}

/** Milliseconds that the runtime gets to close its files before it is ended. */
const STOP_TIMEOUT_MS = 3_000;
/** How long a runtime that no longer answers may take to be told as ended. */
const END_IS_SEEN_MS = 2_000;

/**
 * @param variables environment of the new process, which takes its key pair for `--auth iam` from there.
 * @param signal ends a runtime that has not come up yet
 * @throws ServeFailed when the runtime does not come up; the signal's reason
 */
export async function startServeProcess(
  options: RunOptions,
  variables: NodeJS.ProcessEnv = process.env,
  signal?: AbortSignal,
): Promise<ServeProcess> {
  signal?.throwIfAborted();
  const child = fork(join(__dirname, '..', 'serve.ts'), runArguments(options), {
    // Nothing that the runtime loads needs the loader for ES modules, which takes a tenth of a second.
    execArgv: ['--require', require.resolve('tsx/cjs')],
    env: variables,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // Ctrl-C reaches the whole group; this process then tells the runtime to stop when it is ready for it.
    ...ownGroup(),
  });
  const endNow = () => signalGroup(child.pid, 'SIGKILL');
  signal?.addEventListener('abort', endNow, { once: true });
  const ready = await firstMessage(child)
    .catch((error) => {
      signal?.throwIfAborted();
      throw error;
    })
    .finally(() => signal?.removeEventListener('abort', endNow));
  let stopping = false;
  const died = new Promise<never>((_, reject) => {
    child.once('exit', (code, signal) => {
      if (stopping) return;
      const how = signal ? `was ended by ${signal}` : `ended with ${code}`;
      reject(new ServeFailed(`the runtime ${how}; start again with the same options and it goes on where it was`, 1));
    });
  });
  died.catch(() => {});
  const askedToStop = new Promise<void>((resolve) => {
    child.on('message', (message: ServeMessage) => {
      if ('asked' in message) resolve();
    });
  });
  return {
    viewsUrl: ready.viewsUrl,
    proxyUrl: ready.proxyUrl,
    pid: child.pid!,
    died,
    askedToStop,
    stop: async () => {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      // Not a signal: on Windows one would end the runtime without its stop. The runtime stops when its channel closes.
      child.disconnect();
      const timer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Does `work` on a runtime. When that ends first, it is told by how it did, and not by what broke off. @throws ServeFailed */
export async function whileServed<T>({ died }: Pick<ServeProcess, 'died'>, work: Promise<T>): Promise<T> {
  try {
    return await Promise.race([work, died]);
  } catch (error) {
    if ((error as Error).name === 'RuntimeGone')
      await Promise.race([died, sleep(END_IS_SEEN_MS, undefined, { ref: false })]);
    throw error;
  }
}

function firstMessage(child: ChildProcess): Promise<Extract<ServeMessage, { ready: true }>> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new ServeFailed(`the runtime ended with ${signal ?? code} before it was ready`, 1)),
    );
    child.once('message', (message: ServeMessage) => {
      child.removeAllListeners('exit');
      if ('failed' in message) reject(new ServeFailed(message.failed, message.exitCode));
      else if ('ready' in message) resolve(message);
    });
  });
}
