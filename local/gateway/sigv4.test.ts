import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { type Answer, givenGateway, kinesis, PROXY } from './testing/gateway';

const NOW = new Date('2026-11-22T10:00:00Z');
const KEYS = { AKIDEXAMPLE: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

/** SHA-256 as the SDK's signer wants it. */
class Sha256 {
  private readonly hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Buffer);
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.hash.update(typeof data === 'string' ? data : Buffer.from(data as Uint8Array));
  }
  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }
}

interface Signed {
  readonly method?: string;
  readonly path?: string;
  readonly query?: Record<string, string | string[]>;
  readonly body?: string;
  readonly secret?: string;
  readonly accessKeyId?: string;
  readonly service?: string;
  readonly at?: Date;
  readonly sessionToken?: string;
}

/** Headers that the AWS SDK's own signer makes. */
async function signed({
  method = 'PUT',
  path = '/test/a',
  query = {},
  body = '{}',
  ...options
}: Signed = {}): Promise<Record<string, string>> {
  const signer = new SignatureV4({
    service: options.service ?? 'execute-api',
    region: 'eu-west-1',
    sha256: Sha256,
    credentials: {
      accessKeyId: options.accessKeyId ?? 'AKIDEXAMPLE',
      secretAccessKey: options.secret ?? KEYS.AKIDEXAMPLE,
      ...(options.sessionToken && { sessionToken: options.sessionToken }),
    },
  });
  const { headers } = await signer.sign(
    {
      method,
      protocol: 'http:',
      hostname: '127.0.0.1',
      path,
      query,
      headers: { host: '127.0.0.1:8000', 'content-type': 'application/json' },
      body,
    },
    { signingDate: options.at ?? NOW },
  );
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function given() {
  return givenGateway(
    {
      methods: {
        '/a': { PUT: kinesis('PutRecord', '$context.identity.accessKey', {}, { AuthorizationType: 'AWS_IAM' }) },
        '/{proxy+}': { ANY: { ...PROXY, AuthorizationType: 'AWS_IAM' } },
        '/open': { GET: PROXY_OPEN },
      },
    },
    { auth: { keys: KEYS }, now: () => NOW.getTime() },
  );
}
const PROXY_OPEN = { Integration: { Type: 'HTTP_PROXY', Uri: 'http://x/open' } };

const refusal = (answer: Answer) =>
  [answer.status, answer.headers['x-amzn-ErrorType'], JSON.parse(answer.body)] as const;
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

test('a request signed by the AWS SDK is served, and the template sees its access key', async () => {
  const { send, calls } = given();
  expect((await send('PUT /test/a', '{}', await signed())).status).toBe(200);
  expect(calls.at(-1)?.body.toString()).toBe('AKIDEXAMPLE');
});

test.each<[string, Signed, string]>([
  ['an odd path', { method: 'GET', path: '/test//topics/./a%2Fb%20c/', body: '' }, 'GET /test//topics/./a%2Fb%20c/'],
  [
    'a query string',
    { method: 'GET', path: '/test/x', query: { b: 'é/ +', a: ['2', '1'] }, body: '' },
    'GET /test/x?b=%C3%A9%2F%20%2B&a=2&a=1',
  ],
  ['a session token', { method: 'POST', path: '/test/x', sessionToken: 'token' }, 'POST /test/x'],
  ['a body of other characters', { method: 'POST', path: '/test/x', body: '{"é":"📌"}' }, 'POST /test/x'],
])('signed with %s', async (_, options, line) => {
  const { send } = given();
  expect((await send(line, options.body ?? '{}', await signed(options))).status).toBe(200);
});

test('a method without authorization needs no signature', async () => {
  expect((await given().send('GET /test/open')).status).toBe(200);
});

test('an unsigned request looks like a wrong path', async () => {
  expect(refusal(await given().send('PUT /test/a', '{}'))).toEqual([
    403,
    'MissingAuthenticationTokenException',
    { message: 'Missing Authentication Token' },
  ]);
});

test.each<[string, Signed, string, string]>([
  ['another body', {}, 'PUT /test/a', '{"changed":1}'],
  ['another path', {}, 'PUT /test/b', '{}'],
  ['another verb', {}, 'POST /test/a', '{}'],
  ['another query string', {}, 'PUT /test/a?x=1', '{}'],
  ['another secret', { secret: 'wrong' }, 'PUT /test/a', '{}'],
])('a signature for %s is refused', async (_, options, line, body) => {
  const { send, calls } = given();
  expect(refusal(await send(line, body, await signed(options)))).toEqual([
    403,
    'InvalidSignatureException',
    { message: MISMATCH },
  ]);
  expect(calls).toEqual([]);
});

test('an unknown access key is refused', async () => {
  expect(refusal(await given().send('PUT /test/a', '{}', await signed({ accessKeyId: 'AKIDOTHER' })))).toEqual([
    403,
    'UnrecognizedClientException',
    { Message: 'The security token included in the request is invalid.' },
  ]);
});

test('a name that every object has is no access key', async () => {
  const answer = await given().send('PUT /test/a', '{}', await signed({ accessKeyId: 'constructor' }));
  expect(answer.headers['x-amzn-ErrorType']).toBe('UnrecognizedClientException');
});

test('a signature for another service is refused', async () => {
  const [status, , { message }] = refusal(
    await given().send('PUT /test/a', '{}', await signed({ service: 'kinesis' })),
  );
  expect([status, message]).toEqual([403, "Credential should be scoped to correct service: 'execute-api'."]);
});

test.each([
  [
    '2026-11-22T09:54:59Z',
    'Signature expired: 20261122T095459Z is now earlier than 20261122T095500Z (20261122T100000Z - 5 min.)',
  ],
  [
    '2026-11-22T10:05:01Z',
    'Signature not yet current: 20261122T100501Z is still later than 20261122T100500Z (20261122T100000Z + 5 min.)',
  ],
])('a signature of %s is refused at 10:00', async (at, message) => {
  expect(refusal(await given().send('PUT /test/a', '{}', await signed({ at: new Date(at) })))).toEqual([
    403,
    'InvalidSignatureException',
    { message },
  ]);
});

test.each([
  'Basic dXNlcjpwYXNz',
  'AWS4-HMAC-SHA256',
  'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/eu-west-1/execute-api/aws4_request',
  'AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=00',
  ',,,===',
])('an Authorization header that is none is 403: %s', async (authorization) => {
  const answer = await given().send('PUT /test/a', '{}', { authorization, 'x-amz-date': '20261122T100000Z' });
  expect([answer.status, answer.headers['x-amzn-ErrorType']]).toEqual([403, 'IncompleteSignatureException']);
});

test('a signature that leaves out the host is refused', async () => {
  const headers = await signed();
  const authorization = (headers.authorization ?? '').replace('host;', '');
  const answer = await given().send('PUT /test/a', '{}', { ...headers, authorization });
  expect(answer.body).toContain("'Host' or 'x-amz-date' must be a 'SignedHeader'");
});
