import { synthesizedTemplates } from './assembly';
import { loadBalancer } from './load-balancer';

jest.setTimeout(60_000);

const request = { method: 'POST', query: '', headers: {}, body: Buffer.alloc(0) };

test.each([
  ['/dev/topics/0a1b2c3d4e5f.pin', '/topics/0a1b2c3d4e5f.pin'],
  ['/dev/', '/'],
  ['/dev/dev/topics', '/dev/topics'],
  ['/topics/dev/x', '/topics/dev/x'],
  ['/develop/topics', '/develop/topics'],
])('%s reaches the REST proxy as %s', async (path, expected) => {
  const balanced = loadBalancer(await synthesizedTemplates('dev'));
  expect(balanced({ ...request, path })).toEqual({ ...request, path: expected });
});

test('without rules a request stays as it is', () => {
  expect(loadBalancer({ Api: { Resources: {} } })({ ...request, path: '/dev/topics' }).path).toBe('/dev/topics');
});

test('of several rules the first by priority counts, and its pattern is no regular expression', () => {
  const rule = (Priority: number, pattern: string, Replace: string) => ({
    Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
    Properties: {
      Priority,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: [pattern] } }],
      Transforms: [{ Type: 'url-rewrite', UrlRewriteConfig: { Rewrites: [{ Regex: '^.*$', Replace }] } }],
    },
  });
  const balanced = loadBalancer({
    A: {
      Resources: {
        Late: rule(2, '/a.b/*', '/late'),
        Early: rule(1, '/a?b/*', '/early'),
        Dot: rule(3, '/.x/*', '/dot'),
      },
    },
  });
  expect(['/a.b/c', '/axb/c', '/yx/c', '/.x/c'].map((path) => balanced({ ...request, path }).path)).toEqual([
    '/early',
    '/early',
    '/yx/c',
    '/dot',
  ]);
});
