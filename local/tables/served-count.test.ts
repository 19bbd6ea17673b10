import { DATASETS, type Dataset, LAYERS, perDataset } from '@pipeline/datasets/schema';
import { type SourceOptions, syntheticPosts } from '@pipeline/datasets/synthetic';
import { Tables } from '.';
import { pin, record } from './testing/records';

jest.setTimeout(120_000);

/** Keys of each dataset that are clean in either layer, counted anew. */
async function keys(tables: Tables): Promise<Record<Dataset, number>> {
  const found = perDataset(() => new Set<unknown>());
  for (const layer of LAYERS)
    for (const dataset of DATASETS)
      for (const [ind] of (await tables.layer(layer).read(`select ind from ${layer}.${dataset}`)).rows)
        found[dataset].add(ind);
  return perDataset((dataset) => found[dataset].size);
}

/** Numbers that look like chance and are the same every time. */
function chance(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    // The lower bits of such numbers repeat after a few.
    return Math.floor((state / 2 ** 31) * below);
  };
}

test.each<SourceOptions>([
  { seed: 100, posts: 200 },
  { seed: 7, posts: 200, hardMode: true },
  { seed: 23, posts: 200, hardMode: true },
])('what came since is counted right, whichever layer has it first and however often: %j', async (source) => {
  const tables = await Tables.open(':memory:');
  const posts = [...syntheticPosts(source)];
  const pick = chance(source.seed);
  let offset = 0;
  for (let turn = 0; turn < 40; turn += 1) {
    const layer = LAYERS[pick(2)]!;
    const dataset = DATASETS[pick(DATASETS.length)]!;
    const from = pick(posts.length);
    const records = posts
      .slice(from, from + 1 + pick(40))
      .flatMap((post) => post.records.filter((each) => each.dataset === dataset))
      .map(({ value }) => record(offset++, value));
    // Some of what came before comes again.
    await tables.layer(layer).ingest(dataset, records, {});
    if (pick(4) === 0) await tables.layer(layer).ingest(dataset, records, {});
    if (pick(3) > 0) expect(await tables.countServed()).toEqual(await keys(tables));
  }
  const counted = await tables.countServed();
  expect(counted).toEqual(await keys(tables));
  expect(Math.min(...Object.values(counted))).toBeGreaterThan(50);
  await tables.close();
});

test('tables that were emptied are counted anew', async () => {
  const tables = await Tables.open(':memory:');
  const served = async () => (await tables.countServed()).pin;
  await tables.layer('batch').ingest('pin', [record(1, pin(1)), record(2, pin(2))], {});
  expect(await served()).toBe(2);
  await tables.layer('batch').reset();
  await tables.layer('speed').ingest('pin', [record(1, pin(1))], {});
  expect(await served()).toBe(1);
  await tables.close();
});
