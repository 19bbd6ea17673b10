import type { HttpResponse } from '../wire/http';
import { type ServingOptions, serving } from '.';

const answer = { columns: [{ name: 'country', type: 'STRING' }], rows: [["Cote d'Ivoire"]] };

const QUESTION = {
  name: 'top_category_by_country',
  grain: 'one row per country',
  question: 'What is popular where?',
  picture: 'firsts',
  companionOf: null,
  rightAnswerKnown: false,
} as const;

function given(overrides: Partial<ServingOptions> = {}) {
  const calls: string[] = [];
  const handle = serving({
    questions: () => [QUESTION],
    view: async (layer, name) => {
      calls.push(`${layer}.${name}`);
      return answer;
    },
    counts: async () => ({ counted: true }),
    quarantine: async (layer, dataset, limit) => {
      calls.push(`${layer}.${dataset}.${limit}`);
      return answer;
    },
    flush: async () => void calls.push('flush'),
    rebuild: async () => void calls.push('rebuild'),
    console: async () => {
      throw new Error('no test asks for it');
    },
    health: () => ({ env: 'dev' }),
    ...overrides,
  });
  const ask = (method: string, url: string) => {
    const [path, query] = url.split('?');
    return handle({ method, path: path!, query: query ?? '', headers: {}, body: Buffer.alloc(0) });
  };
  return { ask, calls };
}

const json = ({ body }: HttpResponse) => JSON.parse(String(body));

test('the list tells every question, its grain and its layers', async () => {
  expect(json(await given().ask('GET', '/views'))).toEqual([{ ...QUESTION, layers: ['batch', 'speed', 'serving'] }]);
});

test('a view is answered by the layer that is named, the serving layer if none is', async () => {
  const { ask, calls } = given();
  const response = await ask('GET', '/views/top_category_by_country?layer=speed');
  expect(response.status).toBe(200);
  expect(json(response)).toEqual({ columns: [{ name: 'country', type: 'STRING' }], rows: [["Cote d'Ivoire"]] });
  await ask('GET', '/views/top_category_by_country');
  expect(calls).toEqual(['speed.top_category_by_country', 'serving.top_category_by_country']);
});

test.each([
  ['/views/nope', 404, "no view 'nope' (known: top_category_by_country)"],
  ['/views/top_category_by_country?layer=gold', 400, "layer must be one of batch, speed, serving, got 'gold'"],
  ['/quarantine/nope', 404, "no dataset 'nope' (known: pin, geo, user)"],
  ['/quarantine/pin?layer=serving', 400, "layer must be one of batch, speed, got 'serving'"],
  ['/quarantine/pin?limit=-1', 400, "limit must be a whole number from 0 to 99999, got '-1'"],
  ['/views/%E0%A4%A', 404, "no view '%E0%A4%A' (known: top_category_by_country)"],
  ['/elsewhere', 404, 'nothing at /elsewhere; try /views'],
])('GET %s answers %d with a sentence', async (url, status, message) => {
  const response = await given().ask('GET', url);
  expect(response.status).toBe(status);
  expect(json(response).message).toContain(message);
});

test('quarantined records are shown by layer, a hundred unless told', async () => {
  const { ask, calls } = given();
  await ask('GET', '/quarantine/geo');
  await ask('GET', '/quarantine/user?layer=speed&limit=7');
  expect(calls).toEqual(['batch.geo.100', 'speed.user.7']);
});

test('flush and rebuild are writes: POST does them and answers the counts, GET does not', async () => {
  const { ask, calls } = given();
  expect(json(await ask('POST', '/flush'))).toEqual({ counted: true });
  expect(json(await ask('POST', '/rebuild'))).toEqual({ counted: true });
  expect((await ask('GET', '/flush')).status).toBe(404);
  expect((await ask('PUT', '/flush')).status).toBe(405);
  expect(calls).toEqual(['flush', 'rebuild']);
});

test('SQL that cannot be run is answered with what the database says', async () => {
  const fail = async () => {
    throw new Error('Parser Error: syntax error at or near "slect"');
  };
  const view = await given({ view: fail }).ask('GET', '/views/top_category_by_country');
  expect(view.status).toBe(500);
  expect(json(view).message).toBe(`view 'top_category_by_country': Parser Error: syntax error at or near "slect"`);
  const rebuilt = await given({ rebuild: fail }).ask('POST', '/rebuild');
  expect(json(rebuilt).message).toBe(`the cleaning rules: Parser Error: syntax error at or near "slect"`);
});

const PAGE = {
  page: '<!doctype html><title>The page</title>',
  files: new Map([['/console/main-1a2b.js', { type: 'text/javascript; charset=utf-8', body: Buffer.from('1') }]]),
};

test.each(['/', '/answers', '/answers/top_category_by_country', '/post/7', '/quarantine'])(
  'GET %s is a page, which may load nothing but its own files',
  async (path) => {
    const response = await given({ console: async () => PAGE }).ask('GET', path);
    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(response.headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(response.body).toBe('<!doctype html><title>The page</title>');
  },
);

test('a file of the page is kept by browsers, and one that is gone is told', async () => {
  const { ask } = given({ console: async () => PAGE });
  const file = await ask('GET', '/console/main-1a2b.js');
  expect([file.status, file.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
  expect((await ask('GET', '/console/main-0000.js')).status).toBe(404);
});
