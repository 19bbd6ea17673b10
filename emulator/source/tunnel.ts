import { type ChildProcess, spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { ownGroup, signalGroup } from '@pipeline/cli/process-group';

export interface TunnelOptions {
  /** EC2 instance that Session Manager reaches, and that reaches the host. */
  readonly instance: string;
  /** Host and port as that instance sees them. */
  readonly host: string;
  readonly port: number;
  /** The AWS CLI. @default 'aws' */
  readonly program?: string;
  /** @default 60000 */
  readonly timeoutMs?: number;
}

export interface Tunnel {
  /** Port on the loopback that leads to the host. */
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Starts a Session Manager port forwarding to a remote host, and waits until it takes connections.
 *
 * @throws Error with the AWS CLI's own words when it does not come up
 */
export async function openTunnel({
  instance,
  host,
  port,
  program = 'aws',
  timeoutMs = 60_000,
}: TunnelOptions): Promise<Tunnel> {
  const localPort = await freePort();
  const parameters = { host: [host], portNumber: [String(port)], localPortNumber: [String(localPort)] };
  const session = spawn(
    program,
    [
      ...['ssm', 'start-session', '--target', instance],
      ...['--document-name', 'AWS-StartPortForwardingSessionToRemoteHost'],
      ...['--parameters', JSON.stringify(parameters)],
    ],
    // A group of its own: the CLI runs a plugin below it, and both have to end; and Ctrl-C is for us to handle.
    { stdio: ['ignore', 'pipe', 'pipe'], ...ownGroup() },
  );
  try {
    await untilListening(session, `Session Manager port forwarding through ${instance} to ${host}:${port}`, timeoutMs);
  } catch (error) {
    await end(session);
    throw error;
  }
  return { port: localPort, close: () => end(session) };
}

function untilListening(session: ChildProcess, what: string, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => fail(`did not come up within ${timeoutMs / 1000} s`), timeoutMs);
    const listen = (chunk: Buffer) => {
      said += chunk.toString('utf8');
      if (!/Waiting for connections/i.test(said)) return;
      clearTimeout(timer);
      resolve();
    };
    const fail = (reason: string) => {
      clearTimeout(timer);
      const words = said.trim().split('\n').at(-1);
      reject(new Error(`${what} ${reason}${words ? `: ${words}` : ''}`));
    };
    session.stdout!.on('data', listen);
    session.stderr!.on('data', listen);
    session.on('error', (error: NodeJS.ErrnoException) =>
      fail(
        error.code === 'ENOENT'
          ? 'needs the AWS CLI with its Session Manager plugin, and there is no `aws`'
          : error.message,
      ),
    );
    session.on('close', (code) => fail(`ended with ${code}`));
  });
}

async function end(session: ChildProcess): Promise<void> {
  if (session.pid === undefined || session.exitCode !== null || session.signalCode !== null) return;
  const ended = new Promise((resolve) => session.once('close', resolve));
  signalGroup(session.pid, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(session.pid, 'SIGKILL'), 5_000);
  await ended;
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
