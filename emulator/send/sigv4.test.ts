import { requestSigner } from './sigv4';

const CREDENTIALS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'session-token',
};
const URL_OF_API = new URL('https://abc.execute-api.eu-west-1.amazonaws.com/dev/');
const BODY = '{"records":[{"data":{"title":"📌"},"partition-key":"1"}]}';

/** Signatures by botocore 1.43.11 for the same request, keys and time. */
test.each([
  [
    'PUT',
    '/dev/streams/streaming-u1-pin/records',
    'application/json',
    '160beb36dbdbc96507201bf94871bc5177fbad229a87bd1bef8af210d223b79a',
  ],
  [
    'POST',
    '/dev/topics/u1%2Fa.pin',
    'application/vnd.kafka.json.v2+json',
    'a97edbe13fd5f09608c4e8c3d02b9ca294ec485dbacd69f48715df89926eddc2',
  ],
])('%s %s is signed as botocore signs it', async (method, path, contentType, signature) => {
  const sign = requestSigner(URL_OF_API, 'eu-west-1', CREDENTIALS, () => new Date('2026-01-02T03:04:05Z'));
  expect(await sign({ method, path, headers: { 'content-type': contentType }, body: BODY })).toEqual({
    'content-type': contentType,
    host: 'abc.execute-api.eu-west-1.amazonaws.com',
    'x-amz-date': '20260102T030405Z',
    'x-amz-security-token': 'session-token',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/eu-west-1/execute-api/aws4_request, ' +
      `SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=${signature}`,
  });
});

test('a query is signed as botocore signs it', async () => {
  const sign = requestSigner(URL_OF_API, 'eu-west-1', CREDENTIALS, () => new Date('2026-01-02T03:04:05Z'));
  const path = '/dev/views/top_category_by_year';
  const query = { layer: 'speed', x: 'a b' };
  const { authorization } = await sign({
    method: 'GET',
    path,
    query,
    headers: { accept: 'application/json' },
    body: '',
  });
  expect(authorization).toMatch(/Signature=e8107e666ab6c0c22fac1ec090b9467f3fe1c517e2dfd21de6eea065d70f8061$/);
});

test('without credentials the message says what to set', async () => {
  const sign = requestSigner(URL_OF_API, 'eu-west-1', async () => {
    throw new Error('Could not load credentials from any providers');
  });
  await expect(sign({ method: 'PUT', path: '/', headers: {}, body: '' })).rejects.toThrow(
    'no AWS credentials (Could not load credentials from any providers); aws sso login, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and its companions',
  );
});
