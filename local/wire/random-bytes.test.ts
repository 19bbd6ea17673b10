import { draw, drawUuid } from './random-bytes';

test('no two draws have bytes in common', () => {
  const seen = new Set<string>();
  for (let at = 0; at < 5_000; at++) seen.add(draw(11).toString('hex'));
  expect(seen.size).toBe(5_000);
  expect([...seen].every((hex) => hex.length === 22)).toBe(true);
});

test('a UUID has the version and the variant of a random one, and all others of its digits vary', () => {
  const uuids = Array.from({ length: 2_000 }, drawUuid);
  expect(new Set(uuids).size).toBe(2_000);
  for (const uuid of uuids)
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const varying = [...uuids[0]!].map((_, place) => new Set(uuids.map((uuid) => uuid[place])).size);
  expect(varying.filter((count) => count === 16)).toHaveLength(30);
});
