import { DATASETS } from '@pipeline/datasets/schema';
import { syntheticPosts } from '@pipeline/datasets/synthetic';
import { Tables } from '../tables';
import { judge } from '.';

/** A cleaning that puts aside every pin of which it knows no tags. */
jest.mock('@pipeline/datasets/sql', () => {
  const real = jest.requireActual('@pipeline/datasets/sql');
  const rule = 'when m.unique_id is null or regexp_extract(';
  const pin = real.CLEAN_SQL.pin.replace(rule, `when m.tag_list_is_sentinel then 'unique_id_invalid' ${rule}`);
  return { ...real, CLEAN_SQL: { ...real.CLEAN_SQL, pin } };
});

test('a good record that cleaning puts aside has arrived, so answers without it are wrong', async () => {
  const tables = await Tables.open(':memory:');
  const source = { seed: 100, posts: 700 };
  const posts = [...syntheticPosts(source)];
  for (const dataset of DATASETS) {
    const records = posts
      .flatMap((post) => post.records.filter((record) => record.dataset === dataset))
      .map(({ value }, nth) => ({
        line: JSON.stringify(value),
        arrivalTimeMs: 1,
        arrivalPartition: '0',
        arrivalOrder: String(nth).padStart(20, '0'),
      }));
    await tables.layer('batch').ingest(dataset, records, {});
  }
  const { pin } = tables.layer('batch').tally();
  expect(pin.quarantined).toBeGreaterThan(0);
  const { others, arrived, views } = await judge(tables, source);
  expect(others).toEqual([]);
  expect(arrived.batch.pin).toBe(700);
  const { answer, right } = views.posts_by_join_year!.batch;
  const posted = (rows: readonly (readonly unknown[])[]) => rows.reduce((sum, [, count]) => sum + Number(count), 0);
  expect([posted(right!.rows), posted(answer.rows)]).toEqual([700, 700 - pin.quarantined]);
  await tables.close();
}, 60_000);
