import { bundledConsole } from '../../local/runtime/console-bundle';
import { serving } from '../../local/serving';
import { listen } from '../../local/wire/listener';
import { type ConsoleOptions, environmentHandlers, notSeen } from './environment';

export interface ServerOptions extends ConsoleOptions {
  /** TCP port on 127.0.0.1; 0 picks a free one. */
  readonly port: number;
}

export interface ConsoleServer {
  /** Address of the page, with its slash. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the console of a deployed environment on the loopback interface alone.
 *
 * @throws PortError when the port cannot be opened
 */
export async function serveConsole({ port, ...options }: ServerOptions): Promise<ConsoleServer> {
  const { outputs } = options;
  const server = await listen({
    port,
    purpose: 'the console',
    handle: serving({
      about: { env: outputs.env, notLooked: notSeen(outputs) },
      handlers: environmentHandlers(options),
      console: bundledConsole(),
    }),
  });
  return { url: `http://127.0.0.1:${server.port}/`, close: () => server.close() };
}
