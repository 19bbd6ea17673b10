import { Router } from './router';

const given = (...methods: string[]): Router<string> => {
  const router = new Router<string>();
  for (const method of methods) {
    const [verb = '', path = ''] = method.split(' ');
    router.add(path, verb, method);
  }
  return router;
};

const TABLE = given(
  'GET /',
  'ANY /{proxy+}',
  'GET /streams',
  'ANY /streams',
  'GET /streams/{stream-name}',
  'PUT /streams/{stream-name}/record',
  'GET /streams/all',
  'GET /files/{name}/{rest+}',
);

test.each([
  ['GET /', 'GET /', {}],
  ['GET ', 'GET /', {}],
  ['GET /streams', 'GET /streams', {}],
  ['GET ///streams//', 'GET /streams', {}],
  ['POST /streams', 'ANY /streams', {}],
  ['GET /streams/all', 'GET /streams/all', {}],
  ['GET /streams/pins', 'GET /streams/{stream-name}', { 'stream-name': 'pins' }],
  ['GET /streams/a%2Fb', 'GET /streams/{stream-name}', { 'stream-name': 'a%2Fb' }],
  ['PUT /streams/all/record', 'PUT /streams/{stream-name}/record', { 'stream-name': 'all' }],
  ['PATCH /streams/pins', 'ANY /{proxy+}', { proxy: 'streams/pins' }],
  ['POST /streams/all', 'ANY /{proxy+}', { proxy: 'streams/all' }],
  ['GET /streams/pins/record', 'ANY /{proxy+}', { proxy: 'streams/pins/record' }],
  ['GET /streams//x', 'ANY /{proxy+}', { proxy: 'streams//x' }],
  ['GET /topics/../x/', 'ANY /{proxy+}', { proxy: 'topics/../x' }],
  ['GET /files/a/b/c', 'GET /files/{name}/{rest+}', { name: 'a', rest: 'b/c' }],
  ['GET /files//b/c', 'ANY /{proxy+}', { proxy: 'files//b/c' }],
  ['GET /files/a', 'ANY /{proxy+}', { proxy: 'files/a' }],
  ['GET /__proto__/constructor', 'ANY /{proxy+}', { proxy: '__proto__/constructor' }],
])('%s is served by %s', (request, method, parameters) => {
  const [verb = '', path = ''] = request.split(' ');
  expect(TABLE.match(verb, path)).toEqual({ endpoint: method, parameters });
});

test.each(['POST /', 'TRACE /streams', 'PROPFIND /x', 'get /streams'])('%s is served by nothing', (request) => {
  const [verb = '', path = ''] = request.split(' ');
  expect(TABLE.match(verb, path)).toBeUndefined();
});

test('HEAD is not derived from GET, but ANY takes it', () => {
  expect(given('GET /a').match('HEAD', '/a')).toBeUndefined();
  expect(given('ANY /a').match('HEAD', '/a')?.endpoint).toBe('ANY /a');
});

test('a path of many segments is answered at once', () => {
  expect(TABLE.match('GET', '/streams/x'.repeat(100_000))?.endpoint).toBe('ANY /{proxy+}');
});
