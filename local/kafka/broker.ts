import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ensureKafka, type KafkaTools } from '../../toolchain/ensure-kafka';
import { runProgram } from '../../toolchain/run-program';
import { KafkaError } from './kafka-error';

/** An Apache Kafka that this process has started. */
export interface Broker {
  /** `127.0.0.1:port`. */
  readonly bootstrap: string;
  /** Id of the Kafka cluster, to notice when another Kafka listens at that address. Undefined when it is not known beforehand. */
  readonly clusterId?: string;
  stop(): Promise<void>;
}

export interface BrokerOptions {
  /** Folder for its records, created if it is missing. */
  readonly folder: string;
  readonly tell: (line: string) => void;
  /** Lines of its settings file besides ours; where both say something these count. @default none */
  readonly settings?: string;
}

const USUAL_PORT = 9092;
const START_MS = 90_000;
const STOP_MS = 20_000;
/** Kafka's settings. The stored data must not depend on the ports, which may differ at the next start. */
const settingsOf = (folder: string, port: number, controller: number) => `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs=${join(folder, 'records')}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
default.replication.factor=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
`;
/**
 * Ends Kafka when its parent has ended in any way, such as `kill -9`: then the pipe ends that this shell reads.
 * Kafka alone would go on.
 */
const KEEPER = 'exec 3<&0; "$@" </dev/null & pid=$!; { cat <&3 >/dev/null; kill "$pid" 2>/dev/null; } & wait "$pid"';

/**
 * Starts Apache Kafka, one node that is broker and controller, on loopback alone.
 *
 * @throws MissingTool without Java or, on first use, Maven; KafkaError when it does not come up
 */
export async function startBroker({ folder, tell, settings: added = '' }: BrokerOptions): Promise<Broker> {
  const tools = await ensureKafka(tell);
  // 9092, which every text about Kafka names, if it is free.
  const own = (await isOpen(USUAL_PORT)) ? await freePort() : USUAL_PORT;
  const controller = await freePort();
  mkdirSync(folder, { recursive: true });
  const settings = join(folder, 'server.properties');
  writeFileSync(settings, `${settingsOf(folder, own, controller)}${added}`);
  if (!existsSync(join(folder, 'records', 'meta.properties'))) {
    await runProgram(
      tools.java,
      toolArguments(tools, ['kafka.tools.StorageTool', 'format', '-t', clusterId(), '-c', settings]),
    );
  }
  const logFile = join(folder, 'kafka.log');
  const log = openSync(logFile, 'w');
  const java = [
    tools.java,
    ...toolArguments(tools, ['kafka.Kafka', settings], ['-Xmx512m', '-Xms128m', '-XX:+UseSerialGC']),
  ];
  const [command, ...args] = process.platform === 'win32' ? java : ['sh', '-c', KEEPER, 'kafka', ...java];
  // A process group of its own: Ctrl-C reaches only the runtime, which ends Kafka at the end.
  const child = spawn(command!, args, {
    stdio: ['pipe', log, log],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  child.stdin!.on('error', () => {});
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.once('error', () => {});
  let isStopping = false;
  void ended.then(() => {
    if (!isStopping) tell(`Kafka has ended; start again with the same options to go on (${logFile} may say why)`);
  });
  try {
    await untilOpen(own, child, logFile);
  } catch (error) {
    isStopping = true;
    child.stdin!.end();
    throw error;
  }
  return {
    bootstrap: `127.0.0.1:${own}`,
    clusterId: /^cluster\.id=(.+)$/m
      .exec(readFileSync(join(folder, 'records', 'meta.properties'), 'utf8'))?.[1]
      ?.trim(),
    stop: async () => {
      isStopping = true;
      child.stdin!.end();
      if (process.platform === 'win32') child.kill();
      const isOver = await Promise.race([ended.then(() => true), pause(STOP_MS, false, { ref: false })]);
      if (!isOver) process.kill(process.platform === 'win32' ? child.pid! : -child.pid!, 'SIGKILL');
    },
  };
}

/** Arguments of `java` that run one of Kafka's programs. */
export function toolArguments(
  { classPath }: KafkaTools,
  program: readonly string[],
  options: readonly string[] = [],
): string[] {
  // A Kafka that is killed tidies nothing, and Java does not look where TMPDIR says.
  const temp = `-Djava.io.tmpdir=${tmpdir()}`;
  const quiet = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-Dorg.slf4j.simpleLogger.showDateTime=true'];
  return [...options, temp, ...quiet, '-cp', classPath, ...program];
}

/**
 * A new id of a cluster. Kafka's tools take an id that begins with a dash for an option, so there is none; Kafka's own ids keep to that, too.
 *
 * @param draw 16 random bytes
 */
export function clusterId(draw: () => Buffer = () => randomBytes(16)): string {
  for (;;) {
    const id = draw().toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}

async function untilOpen(port: number, child: ChildProcess, logFile: string): Promise<void> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new KafkaError(`Kafka ended before it was ready; the end of ${logFile}: ${lastLine(logFile)}`);
    if (await isOpen(port)) return;
    if (Date.now() > deadline) throw new KafkaError(`Kafka was not ready within ${START_MS / 1000} s; see ${logFile}`);
    await pause(100);
  }
}

function lastLine(file: string): string {
  return (
    readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .filter((line) => !/^\s+at /.test(line))
      .at(-1) ?? 'it is empty'
  );
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const done = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
