import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { equalShards, HashRoutes, hashOfKey, shardIdOf, shardIndexOf } from './shards';

const routesOf = (count: number) => new HashRoutes(equalShards(count, 0));

test.each([
  [2, [0n, 170141183460469231731687303715884105728n]],
  [3, [0n, 113427455640312821154458202477256070485n, 226854911280625642308916404954512140970n]],
  [
    4,
    [
      0n,
      85070591730234615865843651857942052864n,
      170141183460469231731687303715884105728n,
      255211775190703847597530955573826158592n,
    ],
  ],
])('%d shards share out the hash keys as AWS does', (count, starts) => {
  const shards = equalShards(count, 0);
  expect(shards.map(({ start }) => start)).toEqual(starts);
  expect(shards[0]!.end).toBe(starts[1]! - 1n);
  expect(shards[count - 1]!.end).toBe(340282366920938463463374607431768211455n);
});

test.each([
  ['a', 16955237001963240173058271559858726497n, 0, 0, 0],
  ['b', 195289424170611159128911017612795795343n, 1, 1, 2],
  ['c', 99079589977253916124855502156832923443n, 0, 0, 1],
  ['1', 261578874264819908609102035485573088411n, 1, 2, 3],
  ['test', 12707736894140473154801792860916528374n, 0, 0, 0],
  ['partition-1', 198019941650871988756153596255032211816n, 1, 1, 2],
  ['é', 136732923097551493579404309126273812335n, 0, 1, 1],
])('the key %j hashes to %d and goes to the shards that the reference names', (key, hash, of2, of3, of4) => {
  expect(hashOfKey(key)).toBe(hash);
  expect([2, 3, 4].map((count) => routesOf(count).shardOfKey(key))).toEqual([of2, of3, of4]);
});

/** Straight from the definition: the shard whose range holds the MD5. */
function referenceShard(count: bigint, key: string): number {
  const hash = BigInt('0x' + createHash('md5').update(key, 'utf8').digest('hex'));
  const shard = hash / (2n ** 128n / count);
  return Number(shard < count ? shard : count - 1n);
}

const anyKey = fc
  .array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 20 })
  .map((points) => String.fromCodePoint(...points));

test('the fast way to a shard agrees with the definition for any key and any number of shards', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), anyKey, (count, key) => {
      expect(routesOf(count).shardOfKey(key)).toBe(referenceShard(BigInt(count), key));
    }),
    { numRuns: 500 },
  );
});

test('the edges of every range belong to its shard', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), (count, any) => {
      const routes = routesOf(count);
      const { index, start, end } = equalShards(count, 0)[any % count]!;
      for (const edge of [start, end]) {
        expect(routes.shardOfHash(edge)).toBe(index);
        expect(routes.shardOfDigest(edge.toString(16).padStart(32, '0'))).toBe(index);
      }
    }),
  );
});

test('shard ids are read leniently', () => {
  expect(shardIdOf(12)).toBe('shardId-000000000012');
  expect(['shardId-000000000012', 'shardId-12', 'x-12', '12'].map(shardIndexOf)).toEqual([12, 12, 12, 12]);
  expect(shardIndexOf('shardId-2147483647')).toBe(2_147_483_647);
  expect(['shardId-2147483648', 'shardId-x', 'shardId-', '-1a'].map(shardIndexOf)).toEqual(Array(4).fill(undefined));
});
