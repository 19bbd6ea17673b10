import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DATASETS, LAYERS } from '@pipeline/datasets/schema';
import { replay } from '../index';
import { FAULTS, type Fault, faulty } from '../testing/faults';
import { type Arrival, answer, pipelineServer, stored200 } from '../testing/pipeline-server';
import { posts } from '../testing/posts';
import { seeded } from '../testing/random';

const POSTS = 16_667;
/** Every key that ends in 77 is refused for good by the pin topic. */
const isRefused = ({ name, key }: Arrival) => name === 'u1.pin' && key.endsWith('77');

test('100,000 records and more through 30 % faults: each is stored or dead-lettered, and the counts are exact', async () => {
  const random = seeded(7);
  const injected = new Map<Fault, number>();
  const fault = faulty(0.3, random, injected);
  const server = await pipelineServer((call, response, store) => {
    if (!call.arrivals.some(isRefused)) return fault(call, response, store);
    const failed = { partition: null, offset: null, error_code: 50002, error: 'refused by policy' };
    const { offsets } = stored200(call) as { offsets: object[] };
    call.keep(call.arrivals.filter((arrival) => !isRefused(arrival)));
    answer(response, 200, { offsets: offsets.map((entry, i) => (isRefused(call.arrivals[i]!) ? failed : entry)) });
    return true;
  });
  server.forgetsCalls = true;
  const folder = mkdtempSync(path.join(tmpdir(), 'faults-'));
  const deadLetters = path.join(folder, 'dead.ndjson');
  try {
    const report = await replay({
      source: posts(POSTS),
      target: server.target,
      layers: LAYERS,
      batchSize: 60,
      concurrency: 4,
      deadLetters,
      // Longer than any answer takes on a busy machine: only silence is to end so.
      retry: { baseMs: 1, capMs: 8, timeoutMs: 3_000, maxAttempts: 40 },
      random,
    });

    expect([...injected.keys()].sort()).toEqual([...FAULTS].sort());
    expect([...injected.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(500);
    const dead = readFileSync(deadLetters, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(dead).toHaveLength(166);
    const all = new Set(Array.from({ length: POSTS }, (_, key) => String(key)));
    for (const layer of LAYERS) {
      for (const dataset of DATASETS) {
        const name = server.target[layer === 'batch' ? 'topics' : 'streams'][dataset];
        const keys = new Set(server.stored.filter((arrival) => arrival.name === name).map(({ key }) => key));
        const refused = dead.filter((letter) => letter.layer === layer && letter.dataset === dataset);
        const isPin = layer === 'batch' && dataset === 'pin';
        expect(refused).toHaveLength(isPin ? 166 : 0);
        for (const { key } of refused) {
          expect(keys.has(key)).toBe(false);
          keys.add(key);
        }
        expect(keys).toEqual(all);
        expect(report.layers[layer][dataset]).toMatchObject({
          read: 16_667,
          delivered: isPin ? 16_501 : 16_667,
          deadLettered: isPin ? 166 : 0,
        });
      }
    }
    expect(report).toMatchObject({ posts: 16_667, complete: true });
  } finally {
    await server.close();
    rmSync(folder, { recursive: true });
  }
}, 300_000);
