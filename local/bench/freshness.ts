import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { syntheticPosts } from '@pipeline/datasets/synthetic';
import { type Outputs, replay } from '@pipeline/emulator';
import { type BenchRow, benchRow } from '@pipeline/emulator/bench';
import { open } from 'lmdb';
import { ViewsClient } from '../report/views-client';
import { withRuntime } from './served';

const PROBES = 60;
const PROBE_EVERY_MS = 250;
const POSTS_PER_SECOND = 334; // three records each

/** From the start of a PUT to the first answer of the speed layer that counts it, while about 1,000 records/s arrive. */
export async function benchFreshness(): Promise<BenchRow[]> {
  const times = await withRuntime(false, async (outputs) => {
    const stop = new AbortController();
    const load = replay({
      source: paced(POSTS_PER_SECOND, stop.signal),
      target: outputs,
      layers: ['speed'],
      batchSize: 100,
    });
    const measured = await probe(outputs);
    stop.abort();
    await load;
    return measured;
  });
  const bare = await appendedAndReadBack();
  const at = (taken: readonly number[], share: number) =>
    [...taken].sort((a, b) => a - b)[Math.min(taken.length - 1, Math.floor(taken.length * share))]! / 1000;
  return [
    benchRow('PUT to visible in the speed view, p50', 's', at(times, 0.5), at(bare, 0.5), BARE),
    benchRow('PUT to visible in the speed view, p99', 's', at(times, 0.99), at(bare, 0.99), BARE),
  ];
}

const BARE = 'appended to lmdb and read back';

/** Milliseconds to append one record at a time to an lmdb file, and to read it back. */
async function appendedAndReadBack(): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const file = open<string, number>({ path: join(folder, 'records') });
  const times: number[] = [];
  try {
    for (let nth = 0; nth < PROBES; nth++) {
      const started = performance.now();
      await file.put(nth, JSON.stringify({ ind: nth, date_joined: '2020-06-01T00:00:00Z' }));
      if (file.get(nth) === undefined) throw new Error(`record ${nth} was not kept`);
      times.push(performance.now() - started);
    }
  } finally {
    await file.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return times;
}

/** Puts one user at a time with a join year of its own, and asks until the view has it. */
async function probe({ apiUrl, viewsUrl, streams }: Outputs): Promise<number[]> {
  const views = new ViewsClient(viewsUrl!);
  const times: number[] = [];
  const seen = async () => {
    const { rows } = await views.view('speed', 'users_joined_by_year');
    return Number(rows.find(([year]) => year === 2020)?.[1] ?? 0);
  };
  for (let nth = 1; nth <= PROBES; nth++) {
    const started = performance.now();
    const data = {
      ind: 50_000_000 + nth,
      first_name: `Probe${nth}`,
      last_name: 'Bench',
      age: 30,
      date_joined: '2020-06-01T00:00:00Z',
    };
    const answer = await fetch(`${apiUrl}streams/${streams.user}/records`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ records: [{ data, 'partition-key': String(data.ind) }] }),
    });
    if (!answer.ok) throw new Error(`probe ${nth} was answered ${answer.status}`);
    while ((await seen()) < nth) {
      if (performance.now() - started > 30_000) throw new Error(`probe ${nth} was not visible within 30 s`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    times.push(performance.now() - started);
    await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS));
  }
  return times;
}

async function* paced(perSecond: number, signal: AbortSignal) {
  const started = performance.now();
  let sent = 0;
  for (const post of syntheticPosts({ seed: 100, posts: 1_000_000 })) {
    if (signal.aborted) return;
    const due = started + (sent++ * 1000) / perSecond;
    const wait = due - performance.now();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    yield post;
  }
}
