import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeOutputs } from '@pipeline/cli/outputs';
import { perDataset } from '@pipeline/datasets/schema';
import { targetOf } from './target';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'target-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const given = (options: Partial<Parameters<typeof targetOf>[0]>) =>
  targetOf({ env: 'local', outputs: folder, auth: 'none', ...options });

test('an environment is read from its outputs file', () => {
  const topics = perDataset((name) => `a.${name}`);
  const streams = perDataset((name) => `s-${name}`);
  writeOutputs(
    { env: 'dev', apiUrl: 'http://h/dev/', region: 'eu-west-1', auth: 'iam', userId: 'a', topics, streams },
    folder,
  );
  expect(given({ env: 'dev' })).toMatchObject({ apiUrl: 'http://h/dev/', auth: 'iam', topics, streams });
});

test('a URL with a user id has its names, a slash at its end and the region of its host', () => {
  expect(
    given({ url: 'https://abc.execute-api.eu-central-1.amazonaws.com/test', userId: '0afff2eeb7e3', auth: 'iam' }),
  ).toEqual({
    apiUrl: 'https://abc.execute-api.eu-central-1.amazonaws.com/test/',
    region: 'eu-central-1',
    auth: 'iam',
    topics: perDataset((name) => `0afff2eeb7e3.${name}`),
    streams: perDataset((name) => `streaming-0afff2eeb7e3-${name}`),
  });
});

test('one stream for all datasets is named beside the URL', () => {
  expect(given({ url: 'http://h/test/', userId: 'u1', stream: 'Kinesis-Prod-Stream' })).toMatchObject({
    topics: { geo: 'u1.geo' },
    streams: { pin: 'Kinesis-Prod-Stream', geo: 'Kinesis-Prod-Stream', user: 'Kinesis-Prod-Stream' },
  });
});

test("the exercise's api_gateway_config.yaml is understood", () => {
  const file = path.join(folder, 'api_gateway_config.yaml');
  writeFileSync(file, 'api_gateway_invoke_url: https://abc.execute-api.us-east-1.amazonaws.com/dev\n');
  expect(given({ apiConfig: file, userId: 'u1' })).toMatchObject({
    apiUrl: 'https://abc.execute-api.us-east-1.amazonaws.com/dev/',
    region: 'us-east-1',
  });
});

test('one that is no YAML is told with line, column and cause', () => {
  const file = path.join(folder, 'broken.yaml');
  writeFileSync(file, 'a: 1\n b: 2\n');
  expect(() => given({ apiConfig: file, userId: 'u1' })).toThrow(
    `--api-config ${file}:2:3 is not YAML: bad indentation of a mapping entry`,
  );
});

test.each([
  ['a URL without a user id', { url: 'http://h/dev/' }, /pass --user-id/],
  ['a user id without a URL', { userId: 'u1' }, /--user-id goes with --url/],
  ['a stream without a URL', { stream: 's' }, /--stream goes with --url/],
  ['two URLs', { url: 'http://h/', apiConfig: 'x.yaml', userId: 'u1' }, /--url and --api-config both name an API/],
  ['no URL', { url: 'dev', userId: 'u1' }, /--url must be a URL such as .*, got 'dev'/],
  ['another protocol', { url: 'ftp://h/', userId: 'u1' }, /must begin with https:/],
  ['IAM without a region', { url: 'http://h/', userId: 'u1', auth: 'iam' as const }, /pass --region/],
  [
    'no such YAML',
    { apiConfig: '/nowhere.yaml', userId: 'u1' },
    /--api-config \/nowhere\.yaml cannot be read \(ENOENT\)$/,
  ],
])('%s is wrong usage', (_, options, message) => {
  expect(() => given(options)).toThrow(
    expect.objectContaining({ name: 'UsageError', message: expect.stringMatching(message) }),
  );
});
