import { ERROR_POSTER, Posters } from './posters';

test.each([1, 2, 50, 3000])('of %d posts each poster has as many as stated', (posts) => {
  const posters = new Posters(5, posts);
  const stated = new Map<number, number>();
  const held = new Map<number, number>();
  for (let key = 0; key < posts; key++) {
    const { ordinal, size } = posters.posterOf(key, posters.categoryOf(key));
    stated.set(ordinal, size);
    held.set(ordinal, (held.get(ordinal) ?? 0) + 1);
  }
  expect(held).toEqual(stated);
  expect(Math.max(...held.keys())).toBeLessThan(posters.count);
  expect([...held.values()].reduce((sum, count) => sum + count, 0)).toBe(posts);
});

test('the error poster has 1.1 % of the posts, all over the categories', () => {
  const posters = new Posters(100, 11_154);
  const categories = new Set<number>();
  let posts = 0;
  for (let key = 0; key < 11_154; key++) {
    const category = posters.categoryOf(key);
    if (posters.posterOf(key, category).ordinal !== ERROR_POSTER) continue;
    posts++;
    categories.add(category);
  }
  expect(posts).toBe(123);
  expect(categories.size).toBeGreaterThan(10);
});

test('two thirds of the posters with several posts stay in one category', () => {
  const posters = new Posters(100, 11_154);
  const categories = new Map<number, Set<number>>();
  for (let key = 0; key < 11_154; key++) {
    const category = posters.categoryOf(key);
    const { ordinal, size } = posters.posterOf(key, category);
    if (size > 1) categories.set(ordinal, (categories.get(ordinal) ?? new Set()).add(category));
  }
  const staying = [...categories.values()].filter((of) => of.size === 1).length;
  expect(staying / categories.size).toBeGreaterThan(0.62);
  expect(staying / categories.size).toBeLessThan(0.72);
});
