import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deadLetterReasons } from '../show/dead-letter-reasons';
import { answer, type PipelineServer, pipelineServer } from '../testing/pipeline-server';
import { posts } from '../testing/posts';
import { replay } from './replay';
import { type KeptReplay, sendDeadLettersAgain } from './send-again';

let server: PipelineServer;
let folder: string;
/** Keys that are refused just now. */
let refused: string[];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'again-'));
  refused = ['3', '5'];
  server = await pipelineServer((call, response) => {
    const isRefused = call.path.includes('topics/u1.pin') && call.arrivals.some(({ key }) => refused.includes(key));
    if (isRefused) answer(response, 400, { message: 'no such template' });
    return isRefused;
  });
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const options = (): KeptReplay => ({
  source: posts(8),
  sourceName: 'eight',
  target: server.target,
  layers: ['batch', 'speed'],
  batchSize: 1,
  concurrency: 1,
  checkpoint: path.join(folder, 'checkpoint.json'),
  deadLetters: path.join(folder, 'dead.ndjson'),
  retry: { baseMs: 1, capMs: 1, afterwards: 'stop' },
});
const keysOf = (name: string) =>
  readFileSync(path.join(folder, name), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).key);
const pinsOf = (report: Awaited<ReturnType<typeof replay>>) => report.layers.batch.pin;
const storedPins = () => server.stored.filter(({ name }) => name === 'u1.pin').map(({ key }) => key);

test('what is taken now counts as delivered from now on, and what is not stays', async () => {
  expect(pinsOf(await replay(options()))).toMatchObject({ read: 8, delivered: 6, deadLettered: 2 });
  expect(keysOf('dead.ndjson')).toEqual(['3', '5']);

  refused = ['5'];
  expect(await sendDeadLettersAgain(options())).toEqual({ letters: 2, delivered: 1 });
  expect(keysOf('dead.ndjson')).toEqual(['5']);
  expect(pinsOf(await replay(options()))).toMatchObject({ read: 8, delivered: 7, deadLettered: 1 });
  expect(storedPins()).toEqual(['0', '1', '2', '4', '6', '7', '3']);

  refused = [];
  expect(await sendDeadLettersAgain(options())).toEqual({ letters: 1, delivered: 1 });
  expect(await sendDeadLettersAgain(options())).toEqual({ letters: 0, delivered: 0 });
  expect(pinsOf(await replay(options()))).toEqual({ read: 8, delivered: 8, deadLettered: 0, retried: 0 });
  expect(storedPins()).toHaveLength(8);
});

test('where nothing is taken, nothing changes', async () => {
  await replay(options());
  const before = readFileSync(options().checkpoint, 'utf8');
  expect(await sendDeadLettersAgain(options())).toEqual({ letters: 2, delivered: 0 });
  expect(readFileSync(options().checkpoint, 'utf8')).toBe(before);
  expect(keysOf('dead.ndjson')).toEqual(['3', '5']);
  expect(existsSync(path.join(folder, 'dead.ndjson.new'))).toBe(false);
});

test('a replay that ended in the middle loses no letter of the posts that it had settled', async () => {
  await replay(options());
  writeFileSync(options().deadLetters, '{"layer":"batch","half a line', { flag: 'a' });
  refused = [];
  expect(await sendDeadLettersAgain(options())).toEqual({ letters: 2, delivered: 2 });
});

test.each(['before', 'after'])(
  'a process that ends right %s the rename leaves counts and file in accord',
  async (when) => {
    await replay(options());
    refused = ['5'];
    const old = path.join(folder, 'old.ndjson');
    copyFileSync(options().deadLetters, old);
    await sendDeadLettersAgain(options());
    // What such an end leaves: the counts are written, with the word that the file beside holds what is left.
    const checkpoint = JSON.parse(readFileSync(options().checkpoint, 'utf8'));
    writeFileSync(options().checkpoint, JSON.stringify({ ...checkpoint, deadLettersIn: 'new' }));
    if (when === 'before') {
      copyFileSync(options().deadLetters, `${options().deadLetters}.new`);
      copyFileSync(old, options().deadLetters);
    }
    expect(await sendDeadLettersAgain(options())).toEqual({ letters: 1, delivered: 0 });
    expect(keysOf('dead.ndjson')).toEqual(['5']);
    expect(pinsOf(await replay(options()))).toMatchObject({ read: 8, delivered: 7, deadLettered: 1 });
    expect(await deadLetterReasons(options().deadLetters)).toEqual([
      {
        reason: `POST ${server.target.apiUrl}topics/u1.pin answered 400: {"message":"no such template"}`,
        records: 1,
      },
    ]);
  },
);
