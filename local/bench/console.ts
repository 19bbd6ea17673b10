import { performance } from 'node:perf_hooks';
import { syntheticPosts } from '@pipeline/datasets/synthetic';
import { type Outputs, replay } from '@pipeline/emulator';
import { type BenchRow, benchRow, median } from '@pipeline/emulator/bench';
import { ViewsClient } from '../report/views-client';
import type { HopId } from '../serving/contract';
import { follow, openConsoles } from './readers';
import { withRuntime } from './served';

const PAIRS = 5;
const POSTS = 5_000;
const PROBES = 100;
const PROBE_EVERY_MS = 150;
const NUMBERS = ['stream', 'speed', 'serving'] as const satisfies readonly HopId[];

/** What open pages cost a replay, and how long a record takes to the numbers of a page. */
export async function benchConsole(): Promise<BenchRow[]> {
  const withPages: number[] = [];
  const without: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    // Whichever is first finds the machine cooler.
    const order = pair % 2 === 0 ? [without, withPages] : [withPages, without];
    for (const times of order) times.push(await replayed(times === withPages));
  }
  const delays = await withRuntime(false, numbersOnThePage);
  return [
    benchRow(
      `replay ${POSTS.toLocaleString('en-US')} posts with three consoles open`,
      's',
      median(withPages),
      median(without),
      'none open',
      '≤ 1.05',
    ),
    ...NUMBERS.map((hop) =>
      benchRow(
        `PUT to the number on the page, ${hop}, p99`,
        'ms',
        p99(delays[hop]),
        500,
        'the most it may take',
        '≤ 1',
      ),
    ),
  ];
}

/** Seconds from the first request to the last record in the tables of both layers. */
async function replayed(hasPages: boolean): Promise<number> {
  return withRuntime(false, async (outputs) => {
    const close = hasPages ? await openConsoles(outputs) : async () => {};
    const started = performance.now();
    await replay({ source: syntheticPosts({ seed: 100, posts: POSTS }), target: outputs, layers: ['batch', 'speed'] });
    await new ViewsClient(outputs.viewsUrl!).flush();
    const seconds = (performance.now() - started) / 1000;
    await close();
    return seconds;
  });
}

/** Puts one pin at a time, and notes when an open page is told of it at each hop. */
export async function numbersOnThePage(outputs: Outputs): Promise<Record<(typeof NUMBERS)[number], number[]>> {
  const stop = new AbortController();
  const delays = { stream: [] as number[], speed: [] as number[], serving: [] as number[] };
  let sentAt = 0;
  let sent = 0;
  let whenSeen: () => void = () => {};
  const { ended } = await follow(
    outputs.viewsUrl!,
    ({ hops }) => {
      for (const hop of NUMBERS) {
        const now = hops.find(({ id }) => id === hop)!.soFar;
        if (now >= sent && delays[hop].length < sent) delays[hop].push(performance.now() - sentAt);
      }
      if (NUMBERS.every((hop) => delays[hop].length === sent)) whenSeen();
    },
    stop.signal,
  );
  while (sent < PROBES) {
    const seen = new Promise<void>((resolve) => {
      whenSeen = resolve;
    });
    sent += 1;
    sentAt = performance.now();
    await putPin(outputs, 1_000_000 + sent);
    await seen;
    await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS));
  }
  stop.abort();
  await ended;
  return delays;
}

async function putPin({ apiUrl, streams }: Outputs, index: number): Promise<void> {
  const data = { index, unique_id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`, title: 'Probe' };
  const answer = await fetch(`${apiUrl}streams/${streams.pin}/record`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ StreamName: streams.pin, PartitionKey: String(index), Data: data }),
  });
  if (!answer.ok) throw new Error(`pin ${index} was answered ${answer.status}: ${await answer.text()}`);
}

const p99 = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * 0.99))]!;
