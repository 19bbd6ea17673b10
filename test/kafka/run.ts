import { deepStrictEqual as same } from 'node:assert';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type Outputs, readOutputs } from '@pipeline/cli/outputs';
import { startBroker } from '../../local/kafka/broker';
import { type ServeProcess, startServeProcess } from '../../local/runtime/serve-process';
import { missingForKafka } from '../../toolchain/ensure-kafka';
import { NO_RIGHTS } from './no-rights';

/**
 * `tsx test/kafka/run.ts`: the laptop over a real Apache Kafka, with Apache's own tools, through crashes. Needs Java 17 to
 * 21, and Maven once (54 MB).
 */
const ROOT = join(__dirname, '..', '..');
const TSX = pathToFileURL(require.resolve('tsx')).href;
const TOPIC = '0a1b2c3d4e5f.pin';
const DEAD_LETTERS = '0a1b2c3d4e5f.dead-letters';

const missing = missingForKafka();
if (missing !== undefined) {
  console.error(missing);
  process.exit(3);
}

const root = mkdtempSync(join(tmpdir(), 'kafka-'));
const data = join(root, 'data');
const outputsFolder = join(root, 'outputs');
let server: ServeProcess | undefined;
let outputs: Outputs;
let passed = 0;
const failures: string[] = [];

/** Longest that one check and one tool may take, so that none can hang the others. */
const CHECK_LIMIT_MS = 120_000;
const TOOL_LIMIT_MS = 60_000;

async function check(what: string, work: () => Promise<void>): Promise<void> {
  const startMs = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${CHECK_LIMIT_MS / 1000} s`)), CHECK_LIMIT_MS);
  });
  try {
    await Promise.race([work(), tooLong]);
    passed += 1;
    console.error(`passed  ${what} (${Math.round(performance.now() - startMs)} ms)`);
  } catch (error) {
    failures.push(what);
    console.error(`FAILED  ${what}: ${(error as Error).message}`);
    if (server === undefined && passed === 0) throw new Error('without a runtime nothing else can be checked');
  } finally {
    clearTimeout(timer);
  }
}

async function start(kafka: string | true | undefined = true): Promise<void> {
  server = await startServeProcess({
    ...{ env: 'dev', data, outputs: outputsFolder, reset: false, port: 0, auth: 'none', limits: 'off' },
    ...{ stagePath: 'sent', fsync: false, kafka },
  } as Parameters<typeof startServeProcess>[0]);
  outputs = readOutputs('local', outputsFolder);
}

async function stop(): Promise<void> {
  await server?.stop();
  server = undefined;
}

/** Ends the runtime as a power button would. */
async function kill(): Promise<void> {
  const { pid, died } = server!;
  process.kill(pid, 'SIGKILL');
  await died.catch(() => {});
  server = undefined;
  // The Kafka that it had started goes with it.
  const deadline = Date.now() + 20_000;
  while (await answers(outputs.kafka!)) {
    if (Date.now() > deadline) throw new Error('the Kafka outlived the runtime that had started it');
    await pause(100);
  }
}

async function answers(address: string): Promise<boolean> {
  const { connect } = await import('node:net');
  const [host, port] = address.split(':');
  return new Promise((resolve) => {
    const socket = connect({ host: host!, port: Number(port) });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function post(
  topic: string,
  records: unknown[],
  base = outputs.apiUrl,
): Promise<{ partition: number; offset: number }[]> {
  const response = await fetch(`${base}topics/${topic}`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.kafka.json.v2+json' },
    body: JSON.stringify({ records }),
  });
  same(response.status, 200);
  const { offsets } = (await response.json()) as { offsets: { partition: number; offset: number; error: unknown }[] };
  for (const { error } of offsets) same(error, null);
  return offsets;
}

async function view(path: string, method = 'GET'): Promise<unknown> {
  const response = await fetch(new URL(path, outputs.viewsUrl), { method });
  same(response.status, 200);
  return response.json();
}

interface Stage {
  readonly stored: number;
  readonly refusedBySink: number;
  readonly clean: number;
  readonly quarantined: number;
  readonly duplicates: number;
}
const batchPins = async () => ((await view('flush', 'POST')) as { batch: { pin: Stage } }).batch.pin;

function run(argv: string[], input = ''): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child: ChildProcess = spawn(process.execPath, ['--import', TSX, ...argv], {
    cwd: ROOT,
    timeout: TOOL_LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let stderr = '';
  child.stdout!.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr!.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdin!.end(input);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

const tool = (argv: string[], input?: string) =>
  run(['local/kafka-tools.ts', argv[0]!, '--bootstrap-server', outputs.kafka!, ...argv.slice(1)], input);

const pin = (index: number) => ({
  key: String(index),
  value: { index, unique_id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`, title: 'é 📌' },
});

const V2 = 'application/vnd.kafka.v2+json';
const V2_RECORDS = 'application/vnd.kafka.json.v2+json';

/** A request to the REST proxy. */
const ask = (method: string, path: string, body?: unknown, accept = V2) =>
  fetch(new URL(path, server!.proxyUrl), {
    method,
    headers: { 'content-type': V2, accept },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

/** Partitions that an instance of the group `readers` has. */
async function partitionsOf(name: string): Promise<number[]> {
  const response = await ask('GET', `/consumers/readers/instances/${name}/assignments`);
  return ((await response.json()) as { partitions: { partition: number }[] }).partitions.map(
    ({ partition }) => partition,
  );
}

/** Members of a group as Kafka's own tool tells, by client id, each with how many partitions it has. */
async function membersOf(group: string): Promise<Record<string, number>> {
  const { stdout } = await tool(['consumer-groups', '--describe', '--members', '--group', group]);
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  return Object.fromEntries(
    rows
      .filter((row) => row[0] === group)
      .map((row) => [row[3]!, Number(row[4])] as const)
      .sort(),
  );
}

/** Tries until nothing is thrown, or the last error. */
async function until(work: () => Promise<void>, withinMs = 40_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await pause(300);
    }
  }
}

/** Lines of all files of the topic pin. */
function filedPins(): Record<string, unknown>[] {
  const folder = join(data, 's3', 'topics', TOPIC);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').split('\n').filter(Boolean))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

async function main(): Promise<void> {
  await check('the runtime starts an Apache Kafka and makes the topics that the template declares', async () => {
    await start();
    const listed = await tool(['topics', '--list']);
    same(
      listed.stdout
        .trim()
        .split('\n')
        .filter((name) => !name.startsWith('__'))
        .sort(),
      [DEAD_LETTERS, '0a1b2c3d4e5f.geo', TOPIC, '0a1b2c3d4e5f.user'],
    );
    const { stdout } = await tool(['topics', '--describe', '--topic', TOPIC]);
    same(/PartitionCount: (\d+)/.exec(stdout)?.[1], '3');
    same(/message\.timestamp\.type=LogAppendTime/.test(stdout), true);
  });

  await check(
    'what the API stores, console-consumer reads; what console-producer writes, files and tables get',
    async () => {
      await post(TOPIC, [pin(1), pin(2)]);
      const read = await tool([
        'console-consumer',
        '--topic',
        TOPIC,
        '--from-beginning',
        '--max-messages',
        '2',
        '--timeout-ms',
        '20000',
      ]);
      const titles = read.stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { title: string }).title);
      same(titles, ['é 📌', 'é 📌']);
      await tool(['console-producer', '--topic', TOPIC], `${JSON.stringify(pin(3).value)}\n`);
      await until(async () => {
        const { stored, clean } = await batchPins();
        same([stored, clean], [3, 3]);
      });
      same(
        filedPins()
          .map(({ index }) => index)
          .sort(),
        [1, 2, 3],
      );
    },
  );

  await check(
    'every record of a time that the broker gave stands in its file with that time, partition and offset',
    async () => {
      const [line] = filedPins();
      same(Math.abs(Number(line!.kafka_timestamp) - Date.now()) < 300_000, true);
      same(Number.isInteger(line!.kafka_offset) && Number.isInteger(line!.kafka_partition), true);
    },
  );

  await check('offsets of the group connect-<name> follow the sink', async () => {
    await until(async () => {
      const { stdout } = await tool(['consumer-groups', '--describe', '--group', 'connect-0a1b2c3d4e5f-connector']);
      const rows = stdout
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter((row) => row[1] === TOPIC);
      same(
        rows.reduce((sum, row) => sum + Number(row[3]), 0),
        3,
      );
      same(
        rows.every((row) => row[5] === '0'),
        true,
      );
    });
  });

  await check('a consumer of the REST proxy commits where every tool of Kafka sees it', async () => {
    await ask('POST', '/consumers/readers', { name: 'c1', format: 'json', 'auto.offset.reset': 'earliest' });
    await ask('POST', '/consumers/readers/instances/c1/subscription', { topics: [TOPIC] });
    const values: unknown[] = [];
    for (let tries = 0; values.length < 3 && tries < 20; tries += 1) {
      const response = await ask(
        'GET',
        '/consumers/readers/instances/c1/records',
        undefined,
        'application/vnd.kafka.json.v2+json',
      );
      values.push(...((await response.json()) as unknown[]));
    }
    same(values.length, 3);
    await ask('POST', '/consumers/readers/instances/c1/offsets');
    const { stdout } = await tool(['consumer-groups', '--describe', '--group', 'readers']);
    const rows = stdout
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((row) => row[1] === TOPIC);
    same(
      rows.reduce((sum, row) => sum + Number(row[3]), 0),
      3,
    );
  });

  await check(
    'consumers of the REST proxy are members of their group, and share its partitions with any other',
    async () => {
      await ask('POST', '/consumers/readers', { name: 'c2', format: 'json' });
      await ask('POST', '/consumers/readers/instances/c2/subscription', { topics: [TOPIC] });
      await until(async () => {
        same([(await partitionsOf('c1')).length, (await partitionsOf('c2')).length].sort(), [1, 2]);
        same([...(await partitionsOf('c1')), ...(await partitionsOf('c2'))].sort(), [0, 1, 2]);
      });
      same(await membersOf('readers'), { c1: 2, c2: 1 });

      const other = spawn(
        process.execPath,
        [
          ...['--import', TSX, 'local/kafka-tools.ts', 'console-consumer', '--bootstrap-server', outputs.kafka!],
          ...['--topic', TOPIC, '--group', 'readers', '--consumer-property', 'client.id=console'],
          // What it would take by default, besides: one protocol has to be everybody's.
          ...['--timeout-ms', '40000'],
        ],
        { cwd: ROOT, stdio: 'ignore', timeout: CHECK_LIMIT_MS },
      );
      const ended = new Promise((resolve) => other.once('close', resolve));
      await until(async () => same(await membersOf('readers'), { c1: 1, c2: 1, console: 1 }));
      other.kill('SIGINT');
      await ended;
      await until(async () => same([...(await partitionsOf('c1')), ...(await partitionsOf('c2'))].sort(), [0, 1, 2]));

      await ask('DELETE', '/consumers/readers/instances/c1');
      await until(async () => same(await membersOf('readers'), { c2: 3 }));
      await post(TOPIC, [pin(6)]);
      const response = await ask('GET', '/consumers/readers/instances/c2/records', undefined, V2_RECORDS);
      same(
        ((await response.json()) as { value: { index: number } }[]).map(({ value }) => value.index),
        [6],
      );
      await ask('DELETE', '/consumers/readers/instances/c2');
      same(await membersOf('readers'), {});
    },
  );

  await check(
    "while somebody else reads with the sink's group Kafka takes none of its offsets; they follow afterwards",
    async () => {
      const group = 'connect-0a1b2c3d4e5f-connector';
      const reading = tool(['console-consumer', '--topic', TOPIC, '--group', group, '--timeout-ms', '12000']);
      await until(async () => same(await membersOf(group), { 'console-consumer': 3 }));
      await post(TOPIC, [pin(7)]);
      await batchPins();
      await reading;
      await until(async () => {
        const { stdout } = await tool(['consumer-groups', '--describe', '--group', group]);
        const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/));
        same(
          rows.filter((row) => row[1] === TOPIC).map((row) => row[5]),
          ['0', '0', '0'],
        );
      });
    },
  );

  await check('a request of nine megabytes is stored whole, each record where its answer says', async () => {
    // Stored at once: what is not known yet is asked for.
    await tool(['topics', '--create', '--topic', 'large', '--partitions', '1']);
    const offsets = await post(
      'large',
      Array.from({ length: 900 }, (_, n) => ({ value: `${n} ${'x'.repeat(10_000)}` })),
      `${server!.proxyUrl}/`,
    );
    same(
      offsets.map(({ offset }) => offset),
      Array.from({ length: 900 }, (_, n) => n),
    );
    const { stdout } = await tool(['get-offsets', '--topic', 'large']);
    same(stdout.trim(), 'large:0:900');
    // More dead letters at once than a broker takes in one batch.
    const before = (await batchPins()).refusedBySink;
    await post(
      TOPIC,
      Array.from({ length: 300 }, (_, n) => ({ value: `${n} ${'x'.repeat(10_000)}` })),
      `${server!.proxyUrl}/`,
    );
    same((await batchPins()).refusedBySink, before + 300);
  });

  await check('the wires keep what they promise', async () => {
    const promised = await run([
      ...['ops/contract.ts', '--gateway', outputs.apiUrl, '--proxy', `${server!.proxyUrl}/`],
      ...['--kinesis', outputs.kinesisEndpoint!],
    ]);
    if (promised.code !== 0)
      throw new Error(
        promised.stdout
          .split('\n')
          .filter((line) => /FAILED|^ {9}/.test(line))
          .slice(0, 20)
          .join('\n'),
      );
  });

  await check('topics and partitions that kafka-topics adds are there, and the sink follows them', async () => {
    await tool(['topics', '--create', '--topic', 'mine', '--partitions', '2']);
    await post('mine', [{ value: 1 }]);
    same(((await (await fetch(`${outputs.apiUrl}topics`)).json()) as string[]).includes('mine'), true);
    // The client has just heard of three partitions, and would store a record for the fifth in another.
    await post(TOPIC, [{ ...pin(5), partition: 0 }]);
    await tool(['topics', '--alter', '--topic', TOPIC, '--partitions', '5']);
    const [place] = await post(TOPIC, [{ ...pin(4), partition: 4 }]);
    same([place!.partition, place!.offset], [4, 0]);
    same(filedPins().filter(({ index }) => index === 4).length, 0);
    await batchPins();
    same(filedPins().filter(({ index }) => index === 4).length, 1);
  });

  for (const afterMs of [300, 700])
    await check(
      `after kill -9 at ${afterMs} ms every acknowledged record is filed once, or dead-lettered once`,
      async () => {
        const before = await batchPins();
        const refusedBefore = before.refusedBySink;
        let sent = 0;
        let bad = 0;
        const first = 1_000 * afterMs;
        const writing = (async () => {
          for (let at = 0; ; at += 20) {
            const good = Array.from({ length: 20 }, (_, n) => pin(first + at + n));
            await post(TOPIC, [...good, { value: `text ${at}` }]);
            sent += 20;
            bad += 1;
          }
        })().catch(() => {});
        await pause(afterMs);
        await kill();
        await writing;
        await start();
        const { clean, quarantined, duplicates, refusedBySink, stored } = await batchPins();
        // The request under way may have been stored without an answer.
        const extra = clean - before.clean - sent;
        same(extra === 0 || extra === 20, true, `${sent} acknowledged, ${clean - before.clean} more in the tables`);
        same(duplicates, before.duplicates);
        same(stored, clean + quarantined + duplicates + refusedBySink);
        same(refusedBySink - refusedBefore - bad, extra / 20);
        const offsets = filedPins().map(({ kafka_partition, kafka_offset }) => `${kafka_partition}/${kafka_offset}`);
        same(new Set(offsets).size, offsets.length);
      },
    );

  await check('dead letters have each record once', async () => {
    const { stdout } = await tool([
      ...['console-consumer', '--topic', DEAD_LETTERS, '--from-beginning', '--timeout-ms', '8000'],
      ...['--property', 'print.headers=true', '--property', 'print.value=false'],
    ]);
    const places = stdout.split('\n').filter((line) => line.includes('__connect.errors.topic'));
    const names = places.map((line) =>
      ['topic', 'partition', 'offset'].map((part) => new RegExp(`errors\\.${part}:([^,]*)`).exec(line)?.[1]).join('/'),
    );
    same(names.length > 0, true);
    same(new Set(names).size, names.length);
  });

  await check('without --kafka the folder is refused, in one sentence', async () => {
    await stop();
    const { code, stderr } = await run([
      ...['local/serve.ts', '--port', '0', '--data', data, '--outputs', join(root, 'o3')],
    ]);
    same(code, 1);
    same(/has its topics in the Kafka cluster \S+, not in itself; pass --data/.test(stderr), true);
  });

  await check('a Kafka that gives no rights is one sentence, before anything is served', async () => {
    await stop();
    const closed = await startBroker({ folder: join(root, 'closed'), settings: NO_RIGHTS, tell: () => {} });
    try {
      const { code, stderr } = await run([
        ...['local/serve.ts', '--kafka', closed.bootstrap, '--port', '0'],
        ...['--data', join(root, 'refused'), '--outputs', join(root, 'o4')],
      ]);
      same(code, 1);
      same(
        stderr.trim().split('\n').at(-1),
        `Kafka at ${closed.bootstrap}: topic ${DEAD_LETTERS} cannot be made, because this client has no right to (TOPIC_AUTHORIZATION_FAILED); give it the right, or use --kafka alone for a Kafka of its own`,
      );
    } finally {
      await closed.stop();
    }
  });

  await check('a Kafka that is not there is one sentence', async () => {
    await stop();
    const { code, stderr } = await run([
      'local/serve.ts',
      '--kafka',
      '127.0.0.1:9',
      '--port',
      '0',
      '--data',
      join(root, 'other'),
      '--outputs',
      join(root, 'o2'),
    ]);
    same(code, 1);
    same(
      stderr.trim().split('\n').at(-1),
      'no Kafka answers at 127.0.0.1:9 (ECONNREFUSED); start it, or use --kafka alone for a Kafka of its own',
    );
  });
}

main()
  .catch((error: Error) => {
    console.error(error.message);
    failures.push(error.message);
  })
  .finally(async () => {
    await stop();
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    console.log(`Apache Kafka: ${passed} passed, ${failures.length} failed`);
    process.exit(failures.length === 0 && passed > 0 ? 0 : 1);
  });
