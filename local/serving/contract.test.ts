import { ENDPOINTS, PAGES } from './contract';

test('no two endpoints have one name, or one method and path', () => {
  expect(ENDPOINTS.length).toBeGreaterThan(20);
  expect(new Set(ENDPOINTS.map(({ name }) => name)).size).toBe(ENDPOINTS.length);
  expect(new Set(ENDPOINTS.map(({ method, path }) => `${method} ${path}`)).size).toBe(ENDPOINTS.length);
});

test('no endpoint takes the place of a page', () => {
  const pages: readonly string[] = PAGES;
  expect(ENDPOINTS.filter(({ path }) => pages.includes(path))).toEqual([]);
  expect(PAGES).toHaveLength(7);
});

test('a query belongs to reading', () => {
  expect(ENDPOINTS.filter(({ method, query }) => method === 'POST' && query.length > 0)).toEqual([]);
});
