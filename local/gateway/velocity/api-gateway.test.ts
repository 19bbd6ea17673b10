// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Velocity writes references
import { bodyOf, givenGateway, kinesis, rendered } from '../testing/gateway';

// What API Gateway adds to Velocity: $input, $util, $context, $stageVariables.

describe('$input.body', () => {
  test('is the text as sent; {} for an empty body', async () => {
    expect(await rendered('$input.body', '{ "a": 1 }')).toBe('{ "a": 1 }');
    expect(await rendered('$input.body', '')).toBe('{}');
    expect(await rendered('$input.body', 'no json')).toBe('no json');
  });
});

describe('$input.json', () => {
  test.each([
    ['$.a', '{"a":"x"}', '"x"'],
    ['$.a', '{"a":{ "c" : 1, "b" : [ 1.50, 1e3 ] }}', '{"c":1,"b":[1.50,1e3]}'],
    ['$.a', '{"a":null}', 'null'],
    ['$', '{"a":1,"b":2,"a":3}', '{"a":3,"b":2}'],
    ['$.a', '{"a":"\\u00e9\\/\\ud83d\\udccc"}', '"é/📌"'],
    ['$', '', '{}'],
    ['$.missing', '{}', '""'],
    ['$.a', 'no json', '""'],
    ["$['partition-key']", '{"partition-key":"k"}', '"k"'],
    ['$.partition-key', '{"partition-key":"k"}', '"k"'],
    ['$.list[1].x', '{"list":[{"x":1},{"x":2}]}', '2'],
    ['$.list[-1].x', '{"list":[{"x":1},{"x":2}]}', '2'],
    ['$.list[*].x', '{"list":[{"x":1},{},{"x":2}]}', '[1,2]'],
    ['$.list[0,2]', '{"list":[1,2,3]}', '[1,3]'],
    ['$.list[1:]', '{"list":[1,2,3]}', '[2,3]'],
    ['$..x', '{"x":1,"y":{"x":2}}', '[1,2]'],
    ["$['b','a']", '{"a":1,"b":[ 2 ]}', '{"b":[2],"a":1}'],
    ["$['a','zz']", '{"a":1,"b":2}', '{"a":1}'],
    ["$.list[*]['a','b']", '{"list":[{"a":1,"b":2},3,{"b":4}]}', '[{"a":1,"b":2},{"b":4}]'],
    ["$['a','b'].c", '{"a":{"c":1},"b":{"c":2}}', '[1,2]'],
    ["$..['a','b']", '{"a":1,"b":2,"c":{"a":3}}', '[{"a":1,"b":2}]'],
    ["$['a','b']", '[1]', '""'],
    ['a', '{"a":1}', '1'],
    ['$.a.b', '{"a":"text"}', '""'],
    ['$.list[7]', '{"list":[1]}', '""'],
  ])('%s of %s is %s', async (path, body, expected) => {
    expect(await rendered(`#set($p = $input.path('$.never'))$input.json("${path}")`, body)).toBe(expected);
  });

  test.each([
    '$.a[?(@.b > 1)]',
    '$.a.length()',
    '$.',
    '$.a[',
    '',
    '$. a',
    '$.a[:]',
    `$['a',"b"]`,
    '$..*.a',
    '$..[0][1]',
  ])('refuses the path %j', async (path) => {
    await expect(rendered(`$input.json($input.path('$.p'))`, JSON.stringify({ p: path }))).rejects.toThrow(
      'cannot be read',
    );
  });
});

describe('$input.path', () => {
  test('gives values to compute with', async () => {
    const body = '{"s":"x","n":9007199254740993,"d":1.50,"e":1e21,"t":true,"z":null,"l":[3,{"a":"b"}],"m":{"k":[1]}}';
    const template =
      "$input.path('$.s')|$input.path('$.n')|$input.path('$.d')|$input.path('$.e')|$input.path('$.t')|$input.path('$.z')|$input.path('$.l')|$input.path('$.m')|$input.path('$.l').size()|$input.path('$.l')[1].a|$input.path('$.m').k[0]";
    expect(await rendered(template, body)).toBe('x|9007199254740993|1.5|1.0E21|true||[3,{"a":"b"}]|{k=[1]}|2|b|1');
  });

  test.each([
    ['$.list[*]', '[{"a":1.5,"b":"x\\/y"},"q",[null]]'],
    ['$.list[0:1]', '[{"a":1.5,"b":"x\\/y"}]'],
    ['$.list[0,-1]', '[{"a":1.5,"b":"x\\/y"},[null]]'],
    ['$..a', '[1.5]'],
    ['$.list[7:]', '[]'],
    ["$.list[0]['b','a']", '{b=x/y, a=1.5}'],
    ['$.list', '[{"a":1.5,"b":"x\\/y"},"q",[null]]'],
    ['$.list[0]', '{a=1.5, b=x/y}'],
  ])('%s prints %s: lists as JSON, maps as Java does', async (path, expected) => {
    expect(await rendered(`$input.path("${path}")`, '{"list":[{"a":1.50,"b":"x/y"},"q",[null]]}')).toBe(expected);
  });

  test('a decimal with more digits than a double holds keeps them all', async () => {
    const template = "$input.path('$.d')|$input.path('$.e')|#set($sum = $input.path('$.d') + 1)$sum";
    expect(await rendered(template, '{"d":0.12345678901234567890,"e":-1.234567890123456789e-20}')).toBe(
      '0.12345678901234567890|-1.234567890123456789E-20|1.1234567890123457',
    );
  });

  test('a list or map can be changed, and prints changed', async () => {
    const template = `#set($m = $input.path('$'))#set($m.a.x = 2)#set($ok = $m.l.add("q"))$m $m.l`;
    expect(await rendered(template, '{"a":{"x":1},"l":[{"y":null}]}')).toBe(
      '{a={x=2}, l=[{"y":null},"q"]} [{"y":null},"q"]',
    );
  });

  test('ranges and interpolated indexes reach every record', async () => {
    const template =
      '#set($last = $input.path(\'$.records\').size() - 1)#foreach($i in [0..$last])$input.path("$.records[${i}].v")#end';
    expect(await rendered(template, '{"records":[{"v":"a"},{"v":"b"},{"v":"c"}]}')).toBe('abc');
  });
});

describe('$input.params', () => {
  test('looks in the path, then the query string, then the headers', async () => {
    const template = "$input.params('name') $input.params('limit') $input.params('X-Own') [$input.params('none')]";
    expect(await rendered(template, '{}', { 'x-own': 'h', limit: 'header' })).toBe('pins 5 h []');
  });

  test('without a name gives all three groups', async () => {
    const template =
      "#foreach($g in $input.params().keySet())$g #end$input.params().querystring.get('limit') $input.params().path $input.params().header.get('X-Own')";
    expect(await rendered(template, '{}', { 'x-own': 'h' })).toBe('path querystring header 5 {name=pins} h');
  });

  test('path and query string are decoded; of a repeated name the last counts', async () => {
    const given = givenGateway({
      methods: { '/{name}/r': { GET: kinesis('ListStreams', "$input.params('name')|$input.params('q')") } },
    });
    await given.send('GET /test/a%2Fb%20c/r?q=1&q=%C3%A9+x');
    expect(bodyOf(given)).toBe('a/b c|é x');
    await given.send('GET /test/100%/r?q=%zz');
    expect(bodyOf(given)).toBe('100%|%zz');
  });
});

describe('$util', () => {
  test.each([
    ["$util.base64Encode('é📌')", 'w6nwn5OM'],
    ["$util.base64Encode($input.json('$.a'))", 'eyJiIjoiw6kifQ=='],
    ["$util.base64Encode($input.path('$.a'))", 'e2I9w6l9'],
    ["$util.base64Encode($input.json('$.none'))", 'IiI='],
    ["[$util.base64Encode($input.path('$.none'))]", '[]'],
    ["$util.base64Decode('w6nwn5OM')", 'é📌'],
    ["$util.urlEncode('a b/é*-_.~')", 'a+b%2F%C3%A9*-_.%7E'],
    ["$util.urlDecode('a+b%2F%C3%A9')", 'a b/é'],
    ["$util.escapeJavaScript($input.path('$.q'))", `it\\'s \\"x\\" \\\\ \\/ \\n \\u00E9 \\uD83D\\uDCCC \\u0001`],
    [
      `$util.escapeJavaScript($input.path('$.q')).replaceAll("\\\\'","'")`,
      `it's \\"x\\" \\\\ \\/ \\n \\u00E9 \\uD83D\\uDCCC \\u0001`,
    ],
    ["[$util.escapeJavaScript($input.path('$.none'))]", '[]'],
    [`$util.parseJson('{"a":[1,{"b":2}]}').a[1].b`, '2'],
    [`[$util.parseJson('no json')]`, '[]'],
    [`$util.parseJson('7')`, '7'],
  ])('%s prints %s', async (template, expected) => {
    expect(await rendered(template, '{"a": {"b":"é"}, "q":"it\'s \\"x\\" \\\\ / \\n é 📌 \\u0001"}')).toBe(expected);
  });

  test('text that is not URL-encoded fails as in Java', async () => {
    await expect(rendered("$util.urlDecode('%zz')", '{}')).rejects.toThrow('IllegalArgumentException');
  });
});

describe('$context and $stageVariables', () => {
  const template =
    '$context.requestId|$context.httpMethod|$context.stage|$context.path|$context.resourcePath|$context.requestTime|$context.requestTimeEpoch|$context.identity.sourceIp|$context.identity.userAgent|$context.apiId|$stageVariables.colour|$context.nothing';

  test('tell of the request and the stage', async () => {
    const given = givenGateway(
      { methods: { '/{name}/r': { GET: kinesis('ListStreams', template) } }, stage: { Variables: { colour: 'blue' } } },
      {
        now: () => Date.UTC(2026, 10, 22, 10, 0, 5),
        newIds: () => ({ requestId: 'id-1', extendedRequestId: 'ext-1', traceId: 'Root=1' }),
      },
    );
    const answer = await given.send('GET /test/pins/r', '', { 'user-agent': 'jest' });
    expect(bodyOf(given)).toBe(
      'id-1|GET|test|/test/pins/r|/{name}/r|22/Nov/2026:10:00:05 +0000|1795341605000|127.0.0.1|jest|Api|blue|',
    );
    expect(answer.headers).toMatchObject({ 'x-amzn-RequestId': 'id-1', 'x-amz-apigw-id': 'ext-1' });
  });

  test('the request can be overridden', async () => {
    const given = givenGateway({
      methods: { '/r': { PUT: kinesis('PutRecord', '#set($context.requestOverride.header.X-Own = "1")ok') } },
    });
    await given.send('PUT /test/r', '{}');
    expect(given.calls).toMatchObject([{ headers: { 'x-own': '1' } }]);
    expect(bodyOf(given)).toBe('ok');
  });

  const answering = (ResponseTemplate: string) =>
    givenGateway(
      {
        methods: {
          '/r': {
            GET: kinesis('ListStreams', '{}', {
              IntegrationResponses: [
                { StatusCode: '200', ResponseTemplates: { 'application/json': ResponseTemplate } },
              ],
            }),
          },
        },
      },
      { bindings: { aws: async () => ({ status: 200, headers: {}, body: '{"a":"b"}' }) } },
    );

  test.each([
    ['#set($context.responseOverride.status = 429)', 429],
    ['#set($context.responseOverride.status = "404")', 404],
    ['#set($ok = $context.responseOverride.put("status", 201))', 201],
  ])('%s changes the status', async (set, status) => {
    const given = answering(`${set}{"was":$input.json('$.a')}`);
    const answer = await given.send('GET /test/r');
    expect([answer.status, answer.body]).toEqual([status, '{"was":"b"}']);
  });

  test('a status that is none is an internal error', async () => {
    for (const value of ['"x"', '99', '600', '1.5']) {
      const given = answering(`#set($context.responseOverride.status = ${value})`);
      expect((await given.send('GET /test/r')).status).toBe(500);
      expect(given.logged[0]).toContain('must be a whole number from 200 to 599');
    }
  });

  test('headers of the answer can be overridden, without a way to add more by a line break', async () => {
    const given = answering(
      '#set($context.responseOverride.header.Content-Type = "text/x")#set($context.responseOverride.header.X-A = "1\r\nX-B: 2")',
    );
    const { headers } = await given.send('GET /test/r');
    expect(headers).toMatchObject({ 'content-type': 'text/x', 'X-A': '1 X-B: 2' });
    expect(headers['Content-Type']).toBeUndefined();
  });
});
