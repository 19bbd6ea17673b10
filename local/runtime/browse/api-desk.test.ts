import type { HttpResponse } from '../../wire/http';
import { synthesizedTemplates } from '../assembly';
import { type LocalEnvironment, readEnvironment } from '../environment';
import { ApiDesk } from './api-desk';

let desk: ApiDesk;
let calls: string[];
let environment: LocalEnvironment;

beforeAll(async () => {
  const templates = await synthesizedTemplates('dev');
  environment = readEnvironment('dev', templates);
  const answer = (body: string): HttpResponse => ({ status: 200, headers: {}, body });
  desk = new ApiDesk({
    templates,
    environment,
    stage: 'dev',
    bindings: {
      http: async ({ path }) => {
        calls.push(path);
        return answer('{"offsets":[]}');
      },
      s3: async ({ key }) => {
        calls.push(key);
        return answer('{}');
      },
      aws: async ({ action, body }) => {
        calls.push(`${action} ${body.toString()}`);
        return answer('{"SequenceNumber":"1","ShardId":"shardId-000000000000"}');
      },
    },
  });
}, 120_000);

beforeEach(() => {
  calls = [];
});

const put = (changed: object = {}) =>
  desk.attempt({
    verb: 'PUT',
    path: `/streams/${environment.names.streams.pin}/record`,
    contentType: 'application/json',
    body: `{"StreamName":"${environment.names.streams.pin}","PartitionKey":"7","Data":{"index":7}}`,
    send: true,
    ...changed,
  });
const states = ({ steps }: Awaited<ReturnType<typeof put>>) => steps.map(({ step, state }) => `${step} ${state}`);

test('every route has an example that passes the checks of the API', async () => {
  const routes = desk.routes().filter(({ verb }) => verb !== 'OPTIONS');
  expect(routes.length).toBeGreaterThan(5);
  const failed: string[] = [];
  for (const { verb, path, example } of routes) {
    const asked = verb === 'ANY' ? 'POST' : verb;
    const { steps } = await desk.attempt({ verb: asked, ...example, send: false });
    failed.push(
      ...steps.filter(({ state }) => state === 'failed').map(({ step, words }) => `${verb} ${path}: ${step} ${words}`),
    );
  }
  expect(failed).toEqual([]);
  expect(calls).toEqual([]);
});

test('a request shows what each part made of it, and is sent when asked', async () => {
  const tried = await put();
  expect(states(tried).filter((state) => !/^(?:parameters|response-template)/.test(state))).toEqual([
    'route passed',
    'authorization passed',
    'body passed',
    'request-template passed',
    'sent-to-backend passed',
    'backend-answer passed',
    'answer passed',
  ]);
  expect(JSON.parse(tried.steps[4]!.content!.text)).toEqual({
    StreamName: environment.names.streams.pin,
    PartitionKey: '7',
    Data: 'eyJpbmRleCI6N30=',
  });
  expect(calls).toHaveLength(1);
});

test('a check sends nothing', async () => {
  const tried = await put({ send: false });
  expect(states(tried).at(-1)).toBe('sent-to-backend skipped');
  expect(calls).toEqual([]);
});

test('a body that the validator refuses is told with its reason', async () => {
  const tried = await put({ body: '{"Data":{}}' });
  const [refused] = tried.steps.filter(({ state }) => state === 'failed');
  expect(refused).toMatchObject({ step: 'body', words: expect.stringMatching(/Invalid request body.*PartitionKey/) });
  expect(tried.steps.at(-1)).toMatchObject({ step: 'answer', status: 400 });
  expect(calls).toEqual([]);
});

test('an edited template counts for the request alone', async () => {
  const requestTemplates = [{ contentType: 'application/json', source: '{"mine":$input.json("$.PartitionKey")}' }];
  await put({ requestTemplates });
  await put();
  expect(calls[0]).toBe('PutRecord {"mine":"7"}');
  expect(calls[1]).toContain('eyJpbmRleCI6N30=');
});

test('a template that fails at work, and one that cannot be compiled, are told apart', async () => {
  const failing = [{ contentType: 'application/json', source: '#foreach($i in [1..9999999])$i#end' }];
  const tried = await put({ requestTemplates: failing });
  expect(tried.steps.find(({ state }) => state === 'failed')).toMatchObject({ step: 'request-template' });
  const broken = [{ contentType: 'application/json', source: '#if(' }];
  await expect(put({ requestTemplates: broken })).rejects.toThrow(/RequestTemplates of application\/json/);
});

test('a path that no route has is told', async () => {
  const { steps } = await put({ path: '/', verb: 'PATCH' });
  expect(steps.map(({ step, status }) => [step, status])).toEqual([
    ['route', null],
    ['answer', 403],
  ]);
});
